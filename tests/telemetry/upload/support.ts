import type { Sink, SinkBatch, SinkResult } from '../../../telemetry/sinks/types.ts'
import { startUploader } from '../../../telemetry/upload/start_uploader.ts'
import type { Uploader, UploaderDeps, UploaderOptions } from '../../../telemetry/upload/types.ts'
import { warnDaily } from '../../../telemetry/warn_daily.ts'
import { open } from '../buffer/support.ts'
import { makeSample } from '../support/samples.ts'

/** A sink in memory that answers as it is told, and then takes everything. */
export class ScriptedSink implements Sink {
  readonly batches: SinkBatch[] = []
  readonly answers: (SinkResult | Error)[] = []
  name = 'test'
  form: Sink['form'] = 'event'
  max_samples = 10
  max_bytes = 1_000_000
  interval_ms = 20
  /** Answers nothing until it is told to stop. */
  stalls = false

  async send(batch: SinkBatch, signal: AbortSignal): Promise<SinkResult> {
    this.batches.push(batch)
    if (this.stalls) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return { kind: 'retry', why: 'stopped' }
    }
    const answer = this.answers.shift() ?? { kind: 'accepted' }
    if (answer instanceof Error) throw answer
    return answer
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** By batch, the jobs that came. */
  jobs(): string[][] {
    return this.batches.map(({ lines }) => lines.map((line) => (JSON.parse(line) as { job_id: string }).job_id))
  }
}

export const KEY = Buffer.alloc(32, 7)

export interface Started {
  uploader: Uploader
  warnings: string[]
}

export function start(
  dir: string,
  sinks: Sink[],
  options: Partial<UploaderOptions> = {},
  deps: UploaderDeps = {},
): Started {
  const warnings: string[] = []
  const uploader = startUploader(
    { dir, sinks, since: null, key: KEY, ...options },
    { warn: warnDaily((text) => warnings.push(text), deps.clock?.monotonic), random: () => 0, ...deps },
  )
  return { uploader, warnings }
}

/** Writes samples to a buffer by a process that closes in good order. */
export async function fill(dir: string, jobs: readonly string[]): Promise<void> {
  const { buffer } = open(dir, { segment_bytes: 4096 })
  for (const job of jobs) buffer.append(makeSample(job))
  await buffer.close(5000)
}

export function jobNames(count: number, prefix = 'job'): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}-${at}`)
}
