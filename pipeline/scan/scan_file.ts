import { closeSync, openSync, readSync } from 'node:fs'
import { Writable } from 'node:stream'
import { type PackedFile, unpackInto } from '../read/unpack.ts'
import type { ScannedFile, Scanner } from './scanner.ts'

/** Scans a file, packed or plain. Null where it has to be reviewed line by line. Throws UnpackError. */
export async function scanFile(file: PackedFile, scanner: Scanner): Promise<ScannedFile | null> {
  scanner.begin()
  if (file.compression === 'none') scanPlain(file.absolutePath, scanner)
  else await unpackInto(file, new ScannerStream(scanner))
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

/** Hands bytes to a scanner. After a line that is not accepted it takes the rest and does nothing, so that damage behind it is found too. */
class ScannerStream extends Writable {
  readonly #scanner: Scanner
  #goesOn = true

  constructor(scanner: Scanner) {
    super()
    this.#scanner = scanner
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    for (let at = 0; at < chunk.length && this.#goesOn; ) {
      const room = this.#scanner.room()
      const length = chunk.copy(room, 0, at, at + room.length)
      this.#goesOn = this.#scanner.add(length)
      at += length
    }
    done()
  }
}
