import type { Transform } from 'node:stream'
import type { Observation } from '../wire/types.ts'
import type { BodyPath } from './body_path.ts'
import type { ClientWriter } from './client_writer.ts'
import type { Coding } from './content_coding.ts'
import type { SafeReader } from './safe_reader.ts'

/** Decodes a copy of a body and passes on each piece with the time at which its bytes arrived. */
class TimedDecoder {
  readonly #decoder: Transform
  readonly #arrivals: number[] = []
  #cut = false
  broken = false

  constructor(coding: Coding, onBytes: (bytes: Buffer, at: number) => void) {
    this.#decoder = coding.decoder()
    this.#decoder.on('data', (bytes: Buffer) => {
      if (!this.#cut) onBytes(bytes, this.#arrivals[0] ?? performance.now())
    })
    this.#decoder.on('error', () => {
      this.broken = true
    })
  }

  write(bytes: Buffer, at: number): void {
    if (this.broken || this.#cut) return
    this.#arrivals.push(at)
    this.#decoder.write(bytes, () => void this.#arrivals.shift())
  }

  end(done: () => void): void {
    if (this.#decoder.closed) {
      done()
      return
    }
    this.#decoder.once('close', done)
    this.#decoder.end()
  }

  cut(): void {
    this.#cut = true
    this.#decoder.destroy()
  }
}

/** Passes compressed bytes on unchanged and gives a decoded copy to the reader. */
export class DecodedCopyPath implements BodyPath {
  readonly #client: ClientWriter
  readonly #reader: SafeReader
  readonly #decoder: TimedDecoder

  constructor(client: ClientWriter, reader: SafeReader, coding: Coding) {
    this.#client = client
    this.#reader = reader
    this.#decoder = new TimedDecoder(coding, (bytes, at) => void reader.push(bytes, at))
  }

  push(bytes: Buffer): boolean {
    const at = performance.now()
    const keeps_up = this.#client.write(bytes)
    this.#decoder.write(bytes, at)
    return keeps_up
  }

  end(done: (seen: Observation | null) => void): void {
    this.#decoder.end(() => done(this.#reader.end().seen))
  }

  cut(): Observation | null {
    this.#decoder.cut()
    return this.#reader.end().seen
  }
}

/** Passes on a compressed body from which something is removed: decodes, strips and compresses it again, event by event. */
export class RecodedPath implements BodyPath {
  readonly #client: ClientWriter
  readonly #reader: SafeReader
  readonly #coding: Coding
  readonly #decoder: TimedDecoder
  readonly #encoder: Transform

  constructor(client: ClientWriter, reader: SafeReader, coding: Coding) {
    this.#client = client
    this.#reader = reader
    this.#coding = coding
    this.#encoder = coding.encoder()
    this.#encoder.on('data', (bytes: Buffer) => void client.write(bytes))
    this.#decoder = new TimedDecoder(coding, (bytes, at) => this.#encode(reader.push(bytes, at)))
  }

  push(bytes: Buffer): boolean {
    this.#decoder.write(bytes, performance.now())
    return this.#client.keeps_up
  }

  end(done: (seen: Observation | null) => void): void {
    this.#decoder.end(() => {
      const { rest, seen } = this.#reader.end()
      // What cannot be decoded cannot be passed on: the client must not take a part for the complete body.
      if (this.#decoder.broken) this.#client.breakOff()
      if (rest !== null) this.#encoder.write(rest)
      this.#encoder.once('end', () => done(seen))
      this.#encoder.end()
    })
  }

  cut(): Observation | null {
    this.#decoder.cut()
    this.#encoder.destroy()
    return this.#reader.end().seen
  }

  #encode(bytes: Buffer | null): void {
    if (bytes === null || bytes.length === 0) return
    this.#encoder.write(bytes)
    this.#coding.flush(this.#encoder, () => {})
  }
}
