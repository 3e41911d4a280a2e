/** Lines to be written, oldest first. Removing from the front takes constant time, however long the queue is. */
export class LineQueue {
  #lines: string[] = []
  #head = 0

  get length(): number {
    return this.#lines.length - this.#head
  }

  push(line: string): void {
    this.#lines.push(line)
  }

  /** The oldest lines, up to a number and about a size in characters, but at least one. */
  take(max_lines: number, max_characters: number): string[] {
    const begin = this.#head
    let characters = 0
    while (this.#head < this.#lines.length && this.#head - begin < max_lines) {
      characters += this.#lines[this.#head]!.length
      if (characters > max_characters && this.#head > begin) break
      this.#head += 1
    }
    const taken = this.#lines.slice(begin, this.#head)
    this.#compact()
    return taken
  }

  /** Puts lines that could not be written back to the front. */
  putBack(lines: readonly string[]): void {
    if (lines.length === 0) return
    this.#lines = [...lines, ...this.#lines.slice(this.#head)]
    this.#head = 0
  }

  dropOldest(count: number): number {
    const dropped = Math.min(count, this.length)
    this.#lines.fill('', this.#head, this.#head + dropped)
    this.#head += dropped
    this.#compact()
    return dropped
  }

  #compact(): void {
    if (this.#head === this.#lines.length) this.#lines = []
    else if (this.#head > 1024 && this.#head * 2 > this.#lines.length) this.#lines = this.#lines.slice(this.#head)
    else return
    this.#head = 0
  }
}
