/** How many bytes are looked at to tell UTF-16 without a mark from UTF-8. */
const PROBED_BYTES = 1024

/**
 * The text of a file: UTF-8, or UTF-16 in either byte order, with or without its mark (what redirections in Windows write). Undefined if
 * the bytes are neither.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const encoding = encodingOf(bytes)
  // A file that breaks off may end within a code unit.
  const whole = encoding === 'utf-8' ? bytes : bytes.subarray(0, bytes.length - (bytes.length % 2))
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(whole)
  } catch {
    return undefined
  }
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
