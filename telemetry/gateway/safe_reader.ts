import type { Observation, ResponseReader } from '../wire/types.ts'

/** Called with the number of tokens that arrived together, and when. */
export type OnTokens = (count: number, at: number) => void

/**
 * Isolates the failures of a reader: the client still gets every byte, and the task has no observation. Whatever an engine sends,
 * reading it must never break traffic.
 */
export class SafeReader {
  readonly rewrites: boolean
  readonly #reader: ResponseReader
  readonly #onTokens: OnTokens | undefined
  #counted = 0
  #failed = false

  constructor(reader: ResponseReader, onTokens?: OnTokens) {
    this.#reader = reader
    this.#onTokens = onTokens
    this.rewrites = reader.rewrites
  }

  /** As `ResponseReader.push`. */
  push(bytes: Buffer, at: number): Buffer | null {
    if (this.#failed) return bytes
    try {
      const passed = this.#reader.push(bytes, at)
      this.#count(at)
      return passed
    } catch {
      this.#failed = true
      return this.#reader.takeHeld?.() ?? bytes
    }
  }

  /** The end of the body; `seen` is null if the reader failed. */
  end(): { rest: Buffer | null; seen: Observation | null } {
    if (this.#failed) return { rest: null, seen: null }
    try {
      const { rest, observation } = this.#reader.end()
      return { rest, seen: observation }
    } catch {
      return { rest: this.#reader.takeHeld?.() ?? null, seen: null }
    }
  }

  #count(at: number): void {
    const { deltas } = this.#reader.observation
    if (deltas === this.#counted) return
    this.#onTokens?.(deltas - this.#counted, at)
    this.#counted = deltas
  }
}
