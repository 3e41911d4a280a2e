const NEWLINE = Buffer.from('\n')

/** Lines of several batches, to be written in one piece. Those that follow each other in a batch are copied together. */
export class LineParts {
  readonly #parts: Buffer[] = []
  #bytes: Buffer | null = null
  #start = 0
  #end = 0

  /** Adds the line of a batch between two places, without its newline. */
  add(bytes: Buffer, { start, end }: { start: number; end: number }): void {
    if (bytes !== this.#bytes || start !== this.#end + 1) {
      this.#flush()
      this.#bytes = bytes
      this.#start = start
    }
    this.#end = end
  }

  /** All lines, each with a newline. A batch that is taken as it is, is not copied. */
  join(): Buffer {
    this.#flush()
    return this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts)
  }

  #flush(): void {
    if (this.#bytes === null) return
    const isEnded = this.#bytes[this.#end] === NEWLINE[0]
    this.#parts.push(this.#bytes.subarray(this.#start, isEnded ? this.#end + 1 : this.#end))
    if (!isEnded) this.#parts.push(NEWLINE)
  }
}
