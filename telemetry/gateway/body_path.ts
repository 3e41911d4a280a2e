import type { Observation } from '../wire/types.ts'
import type { ClientWriter } from './client_writer.ts'
import type { SafeReader } from './safe_reader.ts'

/** Passes the bytes of a response body to the client and, if there is one, to the reader. */
export interface BodyPath {
  /** Passes on a piece as it arrived. Returns false if the client does not keep up. */
  push(bytes: Buffer): boolean
  /** The body is complete: calls back once the client has all of it, with the reader's observation. Called at most once. */
  end(done: (seen: Observation | null) => void): void
  /** The body broke off: returns the observation so far. */
  cut(): Observation | null
}

/** Passes bytes on without reading them. */
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

/** Passes bytes on unchanged and gives them to the reader. */
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

/** Passes bytes through the reader, which removes what only the gateway asked the engine for. */
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

  /** Sends the client everything that the engine sent before it broke off, even a partial line. */
  cut(): Observation | null {
    return this.#finish()
  }

  #finish(): Observation | null {
    const { rest, seen } = this.#reader.end()
    if (rest !== null) this.#client.write(rest)
    return seen
  }
}
