import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { exportLine } from '../generate.ts'
import { createRandom } from '../random.ts'
import { toPoint } from './influxdb.ts'

/** A batch as the http sink posts it. */
export interface Batch {
  /** NDJSON, gzip. */
  lines: Buffer
  /** The same samples as points of InfluxDB's line protocol, gzip; null where nobody asks for them. */
  points: Buffer | null
  samples: number
}

export interface BatchOptions {
  batches: number
  samples: number
  /** Share of lines that the contract does not allow. */
  invalid: number
  seed: number
  points: boolean
}

/** Lines that differ in more than their ids. */
const LINES = 5000
const ID = /"job_id":"([0-9a-f]+)"/

/** Batches of samples of today, all of different jobs. */
export function makeBatches({ batches, samples, invalid, seed, points }: BatchOptions): Batch[] {
  const random = createRandom(seed)
  const day = new Date().toISOString().slice(0, 10)
  const lines = Array.from({ length: LINES }, (_, i) => splitAtId(exportLine(random, i, day.slice(0, 7)), day))
  let time_ns = BigInt(Date.now()) * 1_000_000n
  return Array.from({ length: batches }, () => {
    const ids = randomBytes(16 * samples).toString('hex')
    const text = Array.from({ length: samples }, (_, i) => {
      const [before, after] = lines[random.int(LINES)]!
      const line = `${before}${ids.slice(32 * i, 32 * i + 32)}${after}`
      return `${isInvalid(i, samples, invalid) ? spoil(line, i) : line}\n`
    })
    const asPoints = () => gzipSync(text.map((line) => toPoint(line, ++time_ns)).join('\n'))
    return { lines: gzipSync(text.join('')), points: points ? asPoints() : null, samples }
  })
}

function splitAtId(line: string, day: string): readonly [before: string, after: string] {
  const ofToday = line.replace(/"ts":"[^"]*"/, `"ts":"${day}T00:00:00Z"`)
  const [found, id] = ID.exec(ofToday)!
  const at = ofToday.indexOf(found) + found.length - 1
  return [ofToday.slice(0, at - id!.length), ofToday.slice(at)]
}

/** Spread evenly over the batch. */
function isInvalid(i: number, samples: number, share: number): boolean {
  const count = Math.round(samples * share)
  return Math.floor(((i + 1) * count) / samples) > Math.floor((i * count) / samples)
}

/** A line as it comes from a program with a fault: a key too many, cut off, an absurd value, an old day. */
function spoil(line: string, i: number): string {
  switch (i % 4) {
    case 0:
      return line.replace('{', '{"prompt":"text",')
    case 1:
      return line.slice(0, 200)
    case 2:
      return line.replace(/"tokens_in":\d+/, '"tokens_in":-1')
    default:
      return line.replace(/"ts":"20\d\d/, '"ts":"2021')
  }
}
