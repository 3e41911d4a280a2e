/** More than any valid line has: longer ones are truncated, so that a file without line ends cannot fill the memory. */
const MOST_BYTES = 65_536

/** Splits chunks of bytes into lines at LF, CR LF or CR. A line that is not UTF-8 becomes null. */
export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #rest = new Uint8Array(0)
  #first = true
  #afterReturn = false

  /** The lines that the chunk completes. */
  push(chunk: Uint8Array): (string | null)[] {
    const lines: (string | null)[] = []
    let start = 0
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]
      const ends = byte === 10 || byte === 13
      if (ends && !(byte === 10 && this.#afterReturn)) lines.push(this.#decode(this.#join(chunk.subarray(start, i))))
      if (ends) start = i + 1
      this.#afterReturn = byte === 13
    }
    this.#keep(chunk.subarray(start))
    return lines
  }

  /** The last line, if it has no line end. */
  end(): (string | null)[] {
    return this.#rest.length > 0 ? [this.#decode(this.#join(new Uint8Array(0)))] : []
  }

  #keep(bytes: Uint8Array): void {
    this.#rest = this.#join(bytes).slice(0, MOST_BYTES)
  }

  #join(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#rest.length + bytes.length)
    whole.set(this.#rest)
    whole.set(bytes, this.#rest.length)
    this.#rest = new Uint8Array(0)
    return whole
  }

  #decode(bytes: Uint8Array): string | null {
    try {
      const text = this.#decoder.decode(bytes)
      const hasMark = this.#first && text.charCodeAt(0) === 0xfeff
      this.#first = false
      return hasMark ? text.slice(1) : text
    } catch {
      return null
    }
  }
}
