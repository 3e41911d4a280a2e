import { systemClock } from '../buffer/clock.ts'
import { systemFiles } from '../buffer/files.ts'
import type { Sink } from '../sinks/types.ts'
import { SinkUploader } from './sink_uploader.ts'
import type { Uploader, UploaderDeps, UploaderOptions } from './types.ts'
import { UploadSchedule } from './upload_schedule.ts'

/** How long an aborted attempt may take to end. */
const ABORT_MS = 1000

/**
 * Sends the samples of a buffer to sinks, in the background and to each sink independently: a sink that stalls delays no other
 * sink and no task. Several processes may do so for one folder; they take turns.
 */
export function startUploader(options: UploaderOptions, deps: UploaderDeps = {}): Uploader {
  const { clock = systemClock } = deps
  const abort = new AbortController()
  const uploads = options.sinks.map((sink) => {
    const uploader = createSinkUploader(sink, options, deps, abort.signal)
    return { sink, uploader, schedule: new UploadSchedule(uploader, clock, sink.interval_ms) }
  })
  const flush = async (deadline_ms: number) => {
    const until = clock.monotonic() + deadline_ms
    const done = await Promise.all(uploads.map(({ schedule }) => schedule.flush(until)))
    return done.every(Boolean)
  }
  return {
    flush,
    counts: () => Object.fromEntries(uploads.map(({ sink, uploader }) => [sink.name, uploader.counts()])),
    close: async (deadline_ms) => {
      if (deadline_ms > 0) await flush(deadline_ms)
      abort.abort()
      await Promise.all(uploads.map(({ schedule }) => schedule.stop(ABORT_MS)))
      await Promise.all(uploads.map(({ sink }) => sink.close().catch(() => undefined)))
    },
  }
}

function createSinkUploader(sink: Sink, options: UploaderOptions, deps: UploaderDeps, signal: AbortSignal) {
  const { dir, since, key, anonymize_tenants = false } = options
  const { files = systemFiles, clock = systemClock, random = Math.random } = deps
  const { warn = () => undefined, isAllowed = async () => true } = deps
  const since_ms = since === null ? null : Date.parse(since)
  return new SinkUploader({
    ...{ sink, dir, files, clock, random, isAllowed, signal },
    preparation: { form: sink.form, since_ms, key, anonymize_tenants },
    warn: (text) => warn(`telemetry sink ${sink.name}: ${text}`),
  })
}
