import { writeSync } from 'node:fs'
import { systemFiles } from '../../../telemetry/buffer/files.ts'
import { openBuffer } from '../../../telemetry/buffer/open_buffer.ts'
import { HttpSinkConfig } from '../../../telemetry/config/schema.ts'
import { createHttpSink } from '../../../telemetry/sinks/http.ts'
import { startUploader } from '../../../telemetry/upload/start_uploader.ts'
import { createRandom } from '../../bench/random.ts'
import { makeSample } from '../support/samples.ts'
import { makeFaultyFiles } from './faulty_files.ts'
import type { LifePlan, RunPlan } from './plan.ts'

/** What the harness tells a process that it may kill at any time. */
export interface ChildOrders {
  run: RunPlan
  life: LifePlan
  dir: string
  url: string
}

const { run, life, dir, url } = JSON.parse(process.argv[2]!) as ChildOrders
const random = createRandom(life.seed)
const files = run.disk === 'faulty' ? makeFaultyFiles(systemFiles, random) : systemFiles
const buffer = openBuffer(
  {
    dir,
    segment_bytes: run.segment_bytes,
    max_bytes: run.max_bytes,
    max_age_days: 90,
    fsync_ms: run.fsync_ms,
    max_pending: run.max_pending,
  },
  { warn: () => undefined, files },
)
const sink = createHttpSink(
  HttpSinkConfig.parse({
    url,
    form: 'event',
    batch_samples: run.batch_samples,
    batch_interval_s: 0.05,
    timeout_s: 0.3,
    gzip: life.seed % 2 === 0,
  }),
  {},
)
const uploader = startUploader(
  { dir, sinks: [sink], since: null, key: Buffer.alloc(32) },
  // The waits of a real back-off are longer than such a life.
  { files, random: () => random.uniform() * 0.03 },
)

/** Told before it is done, over a pipe: what was told and not done is a sample that was never recorded. */
function emit(id: string): void {
  const { pending, dropped } = buffer.counts()
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0)
  writeSync(1, `${id} ${Date.now()} ${pending} ${lost}\n`)
  buffer.append(makeSample(id))
}

async function live(): Promise<void> {
  const until = performance.now() + life.emit_ms
  for (let at = 0; performance.now() < until; ) {
    for (let left = 1 + random.int(life.burst); left > 0; left -= 1, at += 1) emit(`${life.name}-${at}`)
    await new Promise((resolve) => setTimeout(resolve, random.int(20)))
  }
  await uploader.flush(100)
  await buffer.close(run.disk === 'sound' ? 60_000 : 500)
  await uploader.close(200)
  writeSync(1, 'closed\n')
}

await live()
