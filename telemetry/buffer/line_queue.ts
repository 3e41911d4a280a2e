import { NEWLINE } from './newlines.ts'

/** Whole lines, one behind the other. */
export interface LineBlock {
  readonly bytes: Buffer
  /** The lines are in `bytes` from here to `end`. */
  begin: number
  end: number
  lines: number
}

/** UTF-8 takes no more bytes for a UTF-16 code unit. */
const MAX_BYTES_PER_CHARACTER = 3
const MAX_SPARE_BLOCKS = 8

/**
 * Lines to be written, oldest first. They are kept as the bytes that are written: a string for each would be moved by the garbage
 * collector again and again until it is written, which costs as much as making it.
 */
export class LineQueue {
  readonly #block_bytes: number
  readonly #blocks: LineBlock[] = []
  /** The memory of written blocks, for the next lines. */
  readonly #spare: Buffer[] = []
  #length = 0

  /** @param block_bytes what is written at once, unless a single line is longer */
  constructor(block_bytes: number) {
    this.#block_bytes = block_bytes
  }

  /** In lines. */
  get length(): number {
    return this.#length
  }

  /** @param line without its end */
  push(line: string): void {
    const block = this.#blockFor(line)
    block.end += block.bytes.write(line, block.end)
    block.bytes[block.end++] = NEWLINE
    block.lines += 1
    this.#length += 1
  }

  /** The oldest lines; null if there are none. To be given back, written or not. */
  take(): LineBlock | null {
    const block = this.#blocks.shift() ?? null
    this.#length -= block?.lines ?? 0
    return block
  }

  /** Gives a block back. Lines that are left in it are the oldest again. */
  putBack(block: LineBlock): void {
    if (block.lines === 0) {
      this.#recycle(block)
      return
    }
    this.#blocks.unshift(block)
    this.#length += block.lines
  }

  dropOldest(count: number): number {
    const dropped = Math.min(count, this.#length)
    this.#length -= dropped
    for (let left = dropped; left > 0; ) left -= this.#dropFrom(this.#blocks[0]!, left)
    return dropped
  }

  #dropFrom(block: LineBlock, count: number): number {
    if (count >= block.lines) {
      this.#recycle(this.#blocks.shift()!)
      return block.lines
    }
    for (let left = count; left > 0; left -= 1) block.begin = block.bytes.indexOf(NEWLINE, block.begin) + 1
    block.lines -= count
    return count
  }

  #blockFor(line: string): LineBlock {
    const last = this.#blocks.at(-1)
    if (last !== undefined && hasRoom(last, line)) return last
    const block = { bytes: this.#allocate(line), begin: 0, end: 0, lines: 0 }
    this.#blocks.push(block)
    return block
  }

  #allocate(line: string): Buffer {
    const size = Buffer.byteLength(line) + 1
    if (size > this.#block_bytes) return Buffer.allocUnsafeSlow(size)
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.#block_bytes)
  }

  #recycle({ bytes }: LineBlock): void {
    if (bytes.length === this.#block_bytes && this.#spare.length < MAX_SPARE_BLOCKS) this.#spare.push(bytes)
  }
}

function hasRoom({ bytes, end }: LineBlock, line: string): boolean {
  const room = bytes.length - end - 1
  return room >= MAX_BYTES_PER_CHARACTER * line.length || room >= Buffer.byteLength(line)
}
