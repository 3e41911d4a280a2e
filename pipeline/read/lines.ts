/** The lines of a file without their ends (LF, CR LF or CR) and a byte order mark; null for a line that is not UTF-8. */
export function* splitLines(bytes: Buffer): Generator<string | null> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let start = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0
  while (start < bytes.length) {
    const end = endOfLine(bytes, start)
    yield decode(decoder, bytes.subarray(start, end))
    start = bytes[end] === 0x0d && bytes[end + 1] === 0x0a ? end + 2 : end + 1
  }
}

function endOfLine(bytes: Buffer, start: number): number {
  let i = start
  while (i < bytes.length && bytes[i] !== 0x0a && bytes[i] !== 0x0d) i++
  return i
}

function decode(decoder: TextDecoder, bytes: Buffer): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}
