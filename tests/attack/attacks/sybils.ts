import type { AnonymizedExport } from '../../../contracts/index.ts'
import { createRandom } from '../../bench/random.ts'
import { addCatalog, addLines, FAILED, MONTHS, task } from '../support/corpora.ts'
import type { Publication } from '../support/publication.ts'

/** What four accounts of one person learn of the only other contributor to a cell. */
export interface Exposure {
  /** Relative error of the victim's median decode speed. */
  median: number
  /** Absolute error of the share of the victim's attempts that failed; null where it cannot be told. */
  failureRate: number | null
}

const MONTH = MONTHS[2]
const SYBILS = 4
const SAMPLES = 40

/**
 * Writes a cell of one victim and four accounts that are placed so that they tell most: two are slower and two faster than the victim can be, so
 * that the median of the cell lies among the victim's samples, and all fail once, so that the rate of failures is published.
 *
 * @param failed attempts of each account that fail
 */
export function addSybils(dataDir: string, seed: number): { speed: number; rate: number } {
  const random = createRandom(seed * 6007)
  addCatalog(dataDir)
  const speed = random.lognormal(80, 0.3)
  const failures = 1 + random.int(15)
  addLines(dataDir, `victim-${seed}`, MONTH, attempts(seed, speed, failures))
  for (let i = 0; i < SYBILS; i++)
    addLines(dataDir, `sybil-${seed}-${i}`, MONTH, attempts(seed * 10 + i + 1, i < 2 ? 20 : 320, 1))
  return { speed: medianSpeed(attempts(seed, speed, failures)), rate: failures / SAMPLES }
}

/** What the numbers of the one cell tell who knows four of its five contributors. */
export function exposeVictim({ cells }: Publication, { speed, rate }: { speed: number; rate: number }): Exposure {
  const [cell] = cells
  if (cells.length !== 1) throw new Error(`expected one cell, found ${cells.length}`)
  const found = cell!.error_rate === null ? null : (SYBILS + 1) * cell!.error_rate - SYBILS / SAMPLES
  return {
    median: Math.abs(cell!.decode_tps_p50! / speed - 1),
    failureRate: found === null ? null : Math.abs(found - rate),
  }
}

function attempts(seed: number, speed: number, failures: number): string[] {
  const random = createRandom(seed * 7001)
  const change = (i: number): Partial<AnonymizedExport> => (i < failures ? FAILED : {})
  return Array.from({ length: SAMPLES }, (_, i) => task(random, speed, MONTH, change(i)))
}

function medianSpeed(lines: string[]): number {
  const events = lines.map((line) => JSON.parse(line) as AnonymizedExport).filter(({ exit }) => exit === 'ok')
  const speeds = events.map(({ tokens_out: out, decode_time_ms: ms }) => ((out - 1) * 1000) / ms!).sort((a, b) => a - b)
  return speeds[Math.floor((speeds.length - 1) / 2)]!
}
