import { closeSync, openSync, readSync } from 'node:fs'
import { type PackedFile, UnpackError, unpackInto } from '../read/unpack.ts'
import type { ScannedFile, Scanner } from './scanner.ts'

/** What became of a file: what was scanned, null where it has to be reviewed line by line, or how it is damaged. */
export type ScanOutcome = ScannedFile | Error | null

/** Scans a file, packed or plain. Rejects where it cannot be read. */
export async function scanFile(file: PackedFile, scanner: Scanner): Promise<ScanOutcome> {
  scanner.begin()
  try {
    if (file.compression === 'none') scanPlain(file.absolutePath, scanner)
    else await unpackInto(file, (pieces) => scanPieces(pieces, scanner))
  } catch (error) {
    if (error instanceof UnpackError) return error
    throw error
  }
  return scanner.end()
}

function scanPlain(path: string, scanner: Scanner): void {
  const descriptor = openSync(path, 'r')
  try {
    for (let read = -1, goesOn = true; read !== 0 && goesOn; ) {
      const room = scanner.room()
      read = readSync(descriptor, room, 0, room.length, null)
      goesOn = scanner.add(read)
    }
  } finally {
    closeSync(descriptor)
  }
}

/** After a line that is not accepted the rest is taken and not scanned, so that damage behind it is found too. */
async function scanPieces(pieces: AsyncIterable<Buffer>, scanner: Scanner): Promise<void> {
  let goesOn = true
  for await (const piece of pieces)
    for (let at = 0; at < piece.length && goesOn; ) {
      const room = scanner.room()
      const length = piece.copy(room, 0, at, at + room.length)
      goesOn = scanner.add(length)
      at += length
    }
}
