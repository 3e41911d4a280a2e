import type { Observation, ResponseReader } from '../wire/types.ts'

/**
 * Isolates the failures of a reader: the bytes are still passed to the client, and the task has no observation. Whatever an engine
 * sends, reading it must never break traffic.
 */
export class SafeReader {
  readonly rewrites: boolean
  readonly #reader: ResponseReader
  #failed = false

  constructor(reader: ResponseReader) {
    this.#reader = reader
    this.rewrites = reader.rewrites
  }

  /** As `ResponseReader.push`. */
  push(bytes: Buffer, at: number): Buffer | null {
    if (this.#failed) return bytes
    try {
      return this.#reader.push(bytes, at)
    } catch {
      this.#failed = true
      return bytes
    }
  }

  /** The end of the body; `seen` is null if the reader failed. */
  end(): { rest: Buffer | null; seen: Observation | null } {
    if (this.#failed) return { rest: null, seen: null }
    try {
      const { rest, observation } = this.#reader.end()
      return { rest, seen: observation }
    } catch {
      return { rest: null, seen: null }
    }
  }
}
