import { residentMb } from '../gateway/processes.ts'

const EVERY_MS = 250

/** Looks at the resident memory of a process until it is stopped. */
export class MemoryWatch {
  readonly #series: number[] = []
  readonly #timer: NodeJS.Timeout

  constructor(pid: number) {
    const look = () => this.#series.push(residentMb(pid).now)
    look()
    this.#timer = setInterval(look, EVERY_MS)
  }

  /** The most that was seen in each quarter of the time, in MB. */
  stop(): number[] {
    clearInterval(this.#timer)
    const quarter = Math.ceil(this.#series.length / 4)
    return [0, 1, 2, 3].map((i) => Math.max(0, ...this.#series.slice(i * quarter, (i + 1) * quarter)))
  }
}
