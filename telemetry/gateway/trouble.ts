const DAY_MS = 86_400_000

/** A lasting trouble with one subject: logged when it begins, once a day while it lasts, and when it ends. */
export class Trouble {
  readonly #log: (line: string) => void
  readonly #now: () => number
  #since: number | null = null
  #logged_at = 0

  /** @param now the monotonic clock in ms */
  constructor(log: (line: string) => void, now: () => number = () => performance.now()) {
    this.#log = log
    this.#now = now
  }

  /** The trouble is there. */
  note(line: string): void {
    const now = this.#now()
    if (this.#since !== null && now - this.#logged_at < DAY_MS) return
    this.#log(this.#since === null ? line : `${line} (for ${Math.round((now - this.#since) / DAY_MS)} days)`)
    this.#since ??= now
    this.#logged_at = now
  }

  /** The trouble is over, if there was one. */
  end(line: string): void {
    if (this.#since !== null) this.#log(line)
    this.#since = null
  }
}
