const PAGE = 65_536
/** What follow_lines.ts may read beyond the end of a text. */
const SLACK = 16

/** Memory of a WebAssembly module, given out from below. */
export class WasmMemory {
  readonly #memory: WebAssembly.Memory
  #top: number
  /** Called when the memory has moved: every view of it has to be made anew. */
  readonly #onMove: () => void

  /** @param from what lies below belongs to the module */
  constructor(memory: WebAssembly.Memory, from: number, onMove: () => void) {
    this.#memory = memory
    this.#top = from
    this.#onMove = onMove
  }

  get buffer(): ArrayBuffer {
    return this.#memory.buffer
  }

  /** Takes back all from an address on. */
  release(address: number): void {
    this.#top = address
  }

  /** The address of `bytes` fresh bytes, all zero, at a multiple of 16. Throws RangeError where there is no more memory. */
  allocate(bytes: number): number {
    const address = Math.ceil(this.#top / 16) * 16
    this.#top = address + bytes
    const lacking = this.#top + SLACK - this.#memory.buffer.byteLength
    if (lacking > 0) {
      // By a megabyte at least: each step moves the memory.
      this.#memory.grow(Math.max(Math.ceil(lacking / PAGE), 16))
      this.#onMove()
    }
    return address
  }
}
