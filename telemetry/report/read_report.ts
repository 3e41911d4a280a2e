import type { HostReport, PageReport, ReportKey } from '../../contracts/host_report.ts'
import { readBufferStatus } from '../buffer/status.ts'
import { type ReportedTask, readTasks } from './read_tasks.ts'
import { Report } from './report.ts'
import { roundRow } from './round_row.ts'
import { VersionTables } from './version_tables.ts'

export interface ReportQuery {
  by: ReportKey
  /** ms since 1970; everything if absent. */
  since?: number
  now: number
}

/** Sums up the samples of the buffers, in memory that does not grow with their number. */
export async function readReport(
  folders: readonly string[],
  { by, since, now }: ReportQuery,
  onTask: (task: ReportedTask, at: number) => void = () => {},
): Promise<HostReport> {
  const report = new Report(by, { from: since ?? (await findOldest(folders, now)), to: now })
  let first = now
  // A task that ends at this moment is part of it.
  const read = await readTasks(folders, { from: since ?? Number.NEGATIVE_INFINITY, to: now + 1 }, (task, at) => {
    first = Math.min(first, at)
    report.add(task, at)
    onTask(task, at)
  })
  const [from, to] = [since ?? first, now].map((ms) => new Date(ms).toISOString()) as [string, string]
  return { ...read, from, to, rows: report.rows() }
}

/** The report with the last two versions of each engine compared, in one reading. */
export async function readPageReport(folders: readonly string[], query: ReportQuery): Promise<PageReport> {
  const tables = new VersionTables()
  const report = await readReport(folders, query, (task, at) => tables.add(task, at, task.engine_version))
  return { ...report, rows: report.rows.map(roundRow), comparisons: tables.compareLatest() }
}

/** When the oldest segment was begun; now if there is none. */
async function findOldest(folders: readonly string[], now: number): Promise<number> {
  const all = await Promise.all(folders.map((dir) => readBufferStatus(dir)))
  const times = all.flatMap(({ oldest }) => (oldest === null ? [] : [Date.parse(oldest)]))
  return Math.min(...times, now)
}
