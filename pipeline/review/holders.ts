/** Finds which files hold some ids, among many that they do not hold. */
export class Holders {
  /** The files that hold each id, as often as they do. */
  readonly places = new Map<bigint, number[]>()
  readonly #wanted: ReadonlySet<bigint>
  /** A bit for each lower half of a wanted id, modulo their number: most others need no closer look. */
  readonly #bits = new Uint32Array(BITS / 32)

  constructor(wanted: ReadonlySet<bigint>) {
    this.#wanted = wanted
    for (const id of wanted) {
      const bit = Number(id % BigInt(BITS))
      this.#bits[bit >>> 5]! |= 1 << (bit & 31)
    }
  }

  add(file: number, ids: BigUint64Array<ArrayBuffer>): void {
    const words = new Uint32Array(ids.buffer, ids.byteOffset, 2 * ids.length)
    for (let i = 0; i < ids.length; i++) {
      const bit = words[2 * i]! & (BITS - 1)
      if ((this.#bits[bit >>> 5]! & (1 << (bit & 31))) !== 0) this.#note(ids[i]!, file)
    }
  }

  #note(id: bigint, file: number): void {
    if (!this.#wanted.has(id)) return
    const files = this.places.get(id)
    if (files) files.push(file)
    else this.places.set(id, [file])
  }
}

const BITS = 2 ** 24
