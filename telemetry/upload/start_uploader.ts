import { type Clock, systemClock } from '../buffer/clock.ts'
import { type Files, listFolder, systemFiles } from '../buffer/files.ts'
import { layout } from '../buffer/layout.ts'
import { reconcileFolder } from '../buffer/reconcile.ts'
import type { SinkCounts } from '../buffer/types.ts'
import { NamePolicy } from '../publish/name_policy.ts'
import type { Sink } from '../sinks/types.ts'
import { SinkUploader, type SinkUploaderOptions } from './sink_uploader.ts'
import type { Uploader, UploaderDeps, UploaderOptions } from './types.ts'
import { UploadSchedule } from './upload_schedule.ts'

/** How long an aborted attempt may take to end. */
const ABORT_MS = 1000
const RECONCILE_EVERY_MS = 30_000

/**
 * Sends the samples of a buffer to sinks, in the background and to each sink independently: a sink that stalls delays no other
 * sink and no task. Several processes may do so for one folder; they take turns.
 */
export function startUploader(options: UploaderOptions, deps: UploaderDeps = {}): Uploader {
  const { files = systemFiles, clock = systemClock, random = Math.random, warn = () => undefined } = deps
  const abort = new AbortController()
  const reconcile = reconcilePeriodically(files, options.dir, clock)
  const uploads = options.sinks.map((sink) => {
    const uploader = new SinkUploader({
      sink,
      dir: options.dir,
      files,
      clock,
      random,
      preparation: prepareFor(sink, options),
      warn: warnOncePerSink(sink.name, warn),
      signal: abort.signal,
    })
    return { sink, uploader, schedule: new UploadSchedule(uploader, clock, sink.interval_ms, reconcile) }
  })
  return new RunningUploader(uploads, abort, clock)
}

interface SinkUpload {
  sink: Sink
  uploader: SinkUploader
  schedule: UploadSchedule
}

class RunningUploader implements Uploader {
  readonly #uploads: readonly SinkUpload[]
  readonly #abort: AbortController
  readonly #clock: Clock

  constructor(uploads: readonly SinkUpload[], abort: AbortController, clock: Clock) {
    this.#uploads = uploads
    this.#abort = abort
    this.#clock = clock
  }

  async flush(deadline_ms: number): Promise<boolean> {
    const until = this.#clock.monotonic() + deadline_ms
    const done = await Promise.all(this.#uploads.map(({ schedule }) => schedule.flush(until)))
    return done.every(Boolean)
  }

  counts(): Record<string, SinkCounts> {
    return Object.fromEntries(this.#uploads.map(({ sink, uploader }) => [sink.name, uploader.counts()]))
  }

  async close(deadline_ms: number): Promise<void> {
    if (deadline_ms > 0) await this.flush(deadline_ms)
    this.#abort.abort()
    await Promise.all(this.#uploads.map(({ schedule }) => schedule.stop(ABORT_MS)))
    await Promise.all(this.#uploads.map(({ sink }) => sink.close().catch(() => undefined)))
  }
}

function prepareFor(
  sink: Sink,
  { since, key, anonymize_tenants, publish_models }: UploaderOptions,
): SinkUploaderOptions['preparation'] {
  const since_ms = since === null ? null : Date.parse(since)
  const names = new NamePolicy({ released: publish_models ?? [] })
  return { form: sink.form, since_ms, key, anonymize_tenants: anonymize_tenants ?? false, names }
}

function warnOncePerSink(sink: string, warn: (text: string) => void): (text: string) => void {
  const warned = new Set<string>()
  return (text) => {
    if (warned.has(text)) return
    warned.add(text)
    warn(`telemetry sink ${sink}: ${text}`)
  }
}

/** Reconciles the drop counts that retention and ended processes left in small files, at intervals and if there are such files. */
function reconcilePeriodically(files: Files, dir: string, clock: Clock): () => Promise<void> {
  let due_at = Number.NEGATIVE_INFINITY
  return async () => {
    if (clock.monotonic() < due_at) return
    due_at = clock.monotonic() + RECONCILE_EVERY_MS
    try {
      const left = [...(await listFolder(files, layout.dropped(dir))), ...(await listFolder(files, layout.losses(dir)))]
      if (left.length > 0) await reconcileFolder(files, dir)
    } catch {
      // The counts stay in the small files and are read from there; the next attempt may succeed.
    }
  }
}
