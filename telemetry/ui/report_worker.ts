import { parentPort, workerData } from 'node:worker_threads'
import { type ReportQuery, readPageReport } from '../report/read_report.ts'

/** What a worker is asked. */
export interface WorkerTask {
  folders: readonly string[]
  query: ReportQuery
}

// Reading a million samples takes seconds of work, which would hold up every task of a gateway.
const { folders, query } = workerData as WorkerTask
parentPort!.postMessage(JSON.stringify(await readPageReport(folders, query)))
