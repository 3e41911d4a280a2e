import type { Observation } from '../wire/types.ts'
import type { ClientWriter } from './client_writer.ts'
import type { SafeReader } from './safe_reader.ts'

/** How the bytes of a response body travel: to the client, and past whoever reads them. */
export interface BodyPath {
  /** Takes a piece as it arrived. Returns false if the client does not keep up. */
  push(bytes: Buffer): boolean
  /** The body is whole: calls back once the client has all of it, with what was seen. Called at most once. */
  end(done: (seen: Observation | null) => void): void
  /** The body ends here, unfinished: what was seen so far. */
  cut(): Observation | null
}

/** Bytes pass; nobody reads them. */
export class PlainPath implements BodyPath {
  readonly #client: ClientWriter

  constructor(client: ClientWriter) {
    this.#client = client
  }

  push(bytes: Buffer): boolean {
    return this.#client.write(bytes)
  }

  end(done: (seen: null) => void): void {
    done(null)
  }

  cut(): null {
    return null
  }
}

/** Bytes pass as they come, and are read beside. */
export class ReadAfterPath implements BodyPath {
  readonly #client: ClientWriter
  readonly #reader: SafeReader

  constructor(client: ClientWriter, reader: SafeReader) {
    this.#client = client
    this.#reader = reader
  }

  push(bytes: Buffer): boolean {
    const at = performance.now()
    const keeps_up = this.#client.write(bytes)
    this.#reader.push(bytes, at)
    return keeps_up
  }

  end(done: (seen: Observation | null) => void): void {
    done(this.#reader.end().seen)
  }

  cut(): Observation | null {
    return this.#reader.end().seen
  }
}

/** Bytes pass through the reader, which takes out what the gateway itself asked the engine for. */
export class StripPath implements BodyPath {
  readonly #client: ClientWriter
  readonly #reader: SafeReader

  constructor(client: ClientWriter, reader: SafeReader) {
    this.#client = client
    this.#reader = reader
  }

  push(bytes: Buffer): boolean {
    const passed = this.#reader.push(bytes, performance.now())
    return passed === null || this.#client.write(passed)
  }

  end(done: (seen: Observation | null) => void): void {
    done(this.#finish())
  }

  /** What the engine sent before it broke off reaches the client, even half a line of it. */
  cut(): Observation | null {
    return this.#finish()
  }

  #finish(): Observation | null {
    const { rest, seen } = this.#reader.end()
    if (rest !== null) this.#client.write(rest)
    return seen
  }
}
