/** How many bytes are looked at to tell UTF-16 without a mark from UTF-8. */
const PROBED_BYTES = 1024

/**
 * The text of a file: UTF-8, or UTF-16 in either byte order, with or without its mark (what redirections in Windows write), or a code page
 * of one byte a character. Undefined if the bytes are none of these. What terminals and logs add is taken off.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const encoding = encodingOf(bytes)
  // A file that breaks off may end within a code unit.
  const whole = encoding === 'utf-8' ? bytes : bytes.subarray(0, bytes.length - (bytes.length % 2))
  try {
    return withoutDecoration(new TextDecoder(encoding, { fatal: true }).decode(whole))
  } catch {
    return isCodePage(bytes) ? withoutDecoration(new TextDecoder('windows-1252').decode(bytes)) : undefined
  }
}

/** Which code page hardly matters: all have the same ASCII, and what else benchmarks print is the sign before a deviation. */
function isCodePage(bytes: Uint8Array): boolean {
  const probed = bytes.subarray(0, PROBED_BYTES)
  const controls = probed.filter((byte) => byte < 0x20 && ![0x09, 0x0a, 0x0d, 0x1b].includes(byte)).length
  const foreign = probed.filter((byte) => byte >= 0x80).length
  return controls === 0 && foreign < probed.length / 8
}

const ESCAPE = '\u001b'
/** Colours of a terminal. */
const ESCAPES = new RegExp(`${ESCAPE}\\[[0-9;?]*[A-Za-z]`, 'g')
/** What CI, containers and mails put before every line: a time, perhaps in brackets or with the stream's name, or a quotation mark. */
const PREFIX = String.raw`(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.,]*(?:Z|[+-]\d\d:?\d\d)?\]?(?: (?:stdout|stderr) [FP])?|>)(?: |$)`
const PREFIXED_LINE = new RegExp(`^${PREFIX}`)
const PREFIXES = new RegExp(`^${PREFIX}`, 'gm')
const PROBED_LINES = 20

function withoutDecoration(text: string): string {
  const plain = text.includes(ESCAPE) ? text.replace(ESCAPES, '') : text
  const lines = plain.slice(0, PROBED_BYTES * PROBED_LINES).split('\n', PROBED_LINES)
  const written = lines.filter((line) => line.trim() !== '')
  return written.length > 0 && written.every((line) => PREFIXED_LINE.test(line)) ? plain.replace(PREFIXES, '') : plain
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const probed = bytes.subarray(0, PROBED_BYTES)
  const zeros = [0, 0]
  for (const [at, byte] of probed.entries()) if (byte === 0) zeros[at % 2]!++
  // The text of benchmarks is mostly ASCII, of which UTF-16 makes every other byte 0. UTF-8 has none.
  const most = probed.length / 4
  if (zeros[1]! > most) return 'utf-16le'
  return zeros[0]! > most ? 'utf-16be' : 'utf-8'
}
