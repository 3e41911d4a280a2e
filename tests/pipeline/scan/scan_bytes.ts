import type { ScannedFile, Scanner } from '../../../pipeline/scan/scanner.ts'

/** Scans a text as a file. */
export function scanBytes(scanner: Scanner, text: string): ScannedFile | null {
  const bytes = Buffer.from(text)
  scanner.begin()
  for (let at = 0; at < bytes.length; ) {
    const room = scanner.room()
    const length = bytes.copy(room, 0, at, at + room.length)
    if (!scanner.add(length)) break
    at += length
  }
  return scanner.end()
}
