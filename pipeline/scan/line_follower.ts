import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LINE_BYTES } from '../../contracts/limits.ts'
import { bucketIndex } from '../../contracts/metrics.ts'
import { WasmMemory } from './wasm_memory.ts'

/** What follow_lines.ts exports. Addresses are numbers. */
interface Exports {
  memory: WebAssembly.Memory
  __heap_base: WebAssembly.Global
  configure(at: number, longestLine: number, seedLow: number, seedHigh: number): void
  setRoot(node: number): void
  setIds(at: number): void
  idsEnd(): number
  followLines(at: number, end: number): number
  hashId(from: number, to: number): bigint
  countRead(group: number, day: number): void
}

/** Places of the measurements that are counted, in the order of their values in memory. */
export const PLACES = [
  'tokens_in',
  'tokens_in_cached',
  'tokens_out',
  'first_token_ms',
  'decode_time_ms',
  'vram_used_mb_peak',
] as const

/** The module's own data ends below. */
const FROM = 1024
const DAYS = 1_000_000
const MOST_POWER = 15
const MIDNIGHT = new TextEncoder().encode('T00:00:00Z"')

let compiled: WebAssembly.Module | null = null

/** An instance of follow_lines.ts and its memory. */
export class LineFollower {
  readonly exports: Exports
  readonly memory: WasmMemory
  /** Views of the whole memory, made anew when it moves. */
  bytes!: Buffer<ArrayBuffer>
  ints!: Int32Array<ArrayBuffer>
  doubles!: Float64Array<ArrayBuffer>
  /** Address of the values of the line that was read last, and behind them of those that are not counted. */
  readonly values: number
  /** Address of a byte for each day from 2000 on: 1 where it was accepted. */
  readonly days: number
  /** Counts how often the memory has moved. */
  moves = 0

  /** @param seed of the hashes of ids */
  constructor(seed: bigint) {
    compiled ??= new WebAssembly.Module(readFileSync(join(import.meta.dirname, 'assembly', 'follow_lines.wasm')))
    this.exports = new WebAssembly.Instance(compiled, {}).exports as unknown as Exports
    this.memory = new WasmMemory(this.exports.memory, FROM, () => this.#look())
    this.#look()
    this.values = this.memory.allocate(8 * (PLACES.length + 1))
    this.days = this.memory.allocate(DAYS)
    const tables = [this.values, this.days, this.store(MIDNIGHT), this.#storePowers(), ...this.#storeSteps()]
    const at = this.memory.allocate(4 * tables.length)
    this.ints.set(tables, at / 4)
    this.exports.configure(at, LINE_BYTES, Number(BigInt.asIntN(32, seed)), Number(BigInt.asIntN(32, seed >> 32n)))
  }

  /** Copies bytes into fresh memory; returns their address. */
  store(bytes: Uint8Array): number {
    const address = this.memory.allocate(bytes.length)
    this.bytes.set(bytes, address)
    return address
  }

  #look(): void {
    const { buffer } = this.memory
    this.bytes = Buffer.from(buffer)
    this.ints = new Int32Array(buffer)
    this.doubles = new Float64Array(buffer)
    this.moves++
  }

  #storePowers(): number {
    const address = this.memory.allocate(8 * (MOST_POWER + 1))
    for (let i = 0; i <= MOST_POWER; i++) this.doubles[address / 8 + i] = 10 ** i
    return address
  }

  /** The mantissas at which bucketIndex steps up, and how many of them lie below each 64th of an octave. */
  #storeSteps(): [steps: number, guesses: number] {
    const mantissas = Array.from({ length: 32 }, (_, k) => mantissaOf(lastOfBucket(k)))
    const steps = this.memory.allocate(8 * mantissas.length)
    const guesses = this.memory.allocate(64)
    new BigUint64Array(this.memory.buffer).set(mantissas, steps / 8)
    for (let i = 0; i < 64; i++) this.bytes[guesses + i] = mantissas.filter((m) => m < BigInt(i) << 46n).length
    return [steps, guesses]
  }
}

const bits = new BigUint64Array(1)
const double = new Float64Array(bits.buffer)

function mantissaOf(value: number): bigint {
  double[0] = value
  return bits[0]! & 0xfffffffffffffn
}

/** The greatest double in [1, 2) whose bucket is `k`. */
function lastOfBucket(k: number): number {
  double[0] = 2 ** (k / 32)
  while (bucketIndex(double[0]!) > k) bits[0]!--
  for (let last = bits[0]!; ; last = bits[0]!) {
    bits[0]!++
    if (bucketIndex(double[0]!) > k) {
      bits[0] = last
      return double[0]!
    }
  }
}
