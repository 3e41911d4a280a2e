import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Field } from './contenders.ts'
import type { LoadResult } from './load_types.ts'
import { startOrch } from './orch.ts'
import { residentMb, sleep } from './processes.ts'
import { median } from './statistics.ts'
import { printAim, printTable } from './table.ts'

const LOAD = { tokens: 25, tpot_ms: 20 }
const LOOK_MS = 1000
/** What a collection of garbage more or less makes of the resident memory. */
const AIM_MB = 5

interface Reading {
  resident_mb: number
  descriptors: number
}

export interface SoakOptions {
  seconds: number
  streams: number
}

/** Runs streams for long: every request at the engine has its sample, and neither memory nor descriptors grow. */
export async function benchSoak({ home, engine, engine_port, load }: Field, folder: string, options: SoakOptions) {
  const { seconds, streams } = options
  const dir = join(folder, 'soak')
  const before = await countRequests(engine)
  const orch = await startOrch({
    ...{ home, folder, engine_port, enabled: true },
    settings: `[telemetry.buffer]\ndir = ${JSON.stringify(dir)}\n`,
  })
  load.send({ ...LOAD, streams, port: orch.port, duration_s: seconds })
  const readings = await readUntil(orch.pid, load.receive<LoadResult>('result'))
  await orch.stop()
  printReadings(readings, streams)
  const requests = (await countRequests(engine)) - before
  const samples = countSamples(dir)
  printAim('a sample for each request at the engine', `${samples} samples, ${requests} requests`, samples === requests)
}

async function countRequests(engine: Field['engine']): Promise<number> {
  engine.send({ count: true })
  return engine.receive<number>('requests')
}

async function readUntil(pid: number, done: Promise<unknown>): Promise<Reading[]> {
  const readings: Reading[] = []
  let isDone = false
  const ended = done.finally(() => {
    isDone = true
  })
  while (!isDone) {
    readings.push({ resident_mb: residentMb(pid).now, descriptors: readdirSync(`/proc/${pid}/fd`).length })
    await Promise.race([sleep(LOOK_MS), ended])
  }
  await ended
  return readings
}

/** The first quarter is for warming up. */
function printReadings(readings: readonly Reading[], streams: number): void {
  const size = Math.floor(readings.length / 4)
  const quarters = [0, 1, 2, 3].map((i) => readings.slice(i * size, (i + 1) * size))
  const resident = quarters.map((quarter) => median(quarter.map(({ resident_mb }) => resident_mb)))
  const descriptors = quarters.map((quarter) => Math.max(...quarter.map((reading) => reading.descriptors)))
  printTable(
    `orch serve with ${streams} streams of ${1000 / LOAD.tpot_ms} tokens/s for ${readings.length} s, by quarter`,
    ['quarter', 'resident MB, median', 'descriptors, at most'],
    quarters.map((_, i) => [String(i + 1), resident[i]!.toFixed(1), String(descriptors[i])]),
  )
  const grown = resident[3]! - resident[1]!
  printAim(`resident memory grows by < ${AIM_MB} MB after warming up`, `${grown.toFixed(1)} MB`, grown < AIM_MB)
  const more = descriptors[3]! - descriptors[1]!
  printAim('no more descriptors after warming up', `${more} more`, more <= 0)
}

function countSamples(dir: string): number {
  const segments = readdirSync(dir).filter((name) => name.includes('jsonl'))
  return segments.reduce((sum, name) => sum + readFileSync(join(dir, name), 'latin1').split('\n').length - 1, 0)
}
