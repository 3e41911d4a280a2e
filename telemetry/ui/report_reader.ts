import { Worker } from 'node:worker_threads'
import { REPORT_SPANS, type ReportKey, type ReportSpan } from '../../contracts/host_report.ts'
import type { WorkerTask } from './report_worker.ts'

/** Compiled beside this file, or as it stands in the repository. */
const ENTRY = new URL(`./report_worker${import.meta.url.slice(-3)}`, import.meta.url)
/** Far more than a report takes, whatever the size of the buffer. */
const MOST_HEAP_MB = 160
const HOUR_MS = 3_600_000

/** Reads reports in a thread of their own, one at a time; requests for the same one share it. */
export class ReportReader {
  readonly #folders: readonly string[]
  readonly #pending = new Map<string, Promise<string>>()
  #last: Promise<unknown> = Promise.resolve()
  #worker: Worker | null = null
  #is_closed = false

  constructor(folders: readonly string[]) {
    this.#folders = folders
  }

  /** The report as JSON. */
  read(by: ReportKey, span: ReportSpan): Promise<string> {
    const key = `${by} ${span}`
    const pending = this.#pending.get(key)
    if (pending) return pending
    const report = this.#last.then(() => this.#run(by, span)).finally(() => this.#pending.delete(key))
    this.#last = report.catch(() => {})
    this.#pending.set(key, report)
    return report
  }

  async close(): Promise<void> {
    this.#is_closed = true
    await this.#worker?.terminate()
  }

  #run(by: ReportKey, span: ReportSpan): Promise<string> {
    const hours = REPORT_SPANS[span]
    const now = Date.now()
    const query = { by, now, ...(hours !== null && { since: now - hours * HOUR_MS }) }
    const workerData: WorkerTask = { folders: this.#folders, query }
    return new Promise((resolve, reject) => {
      if (this.#is_closed) throw new Error('orch is closing')
      const resourceLimits = { maxOldGenerationSizeMb: MOST_HEAP_MB }
      this.#worker = new Worker(ENTRY, { workerData, resourceLimits })
      this.#worker.once('message', resolve)
      this.#worker.once('error', reject)
      this.#worker.once('exit', () => reject(new Error('the report was not finished')))
    })
  }
}
