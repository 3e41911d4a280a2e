import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sumDrops } from '../../../../telemetry/buffer/drop_counts.ts'
import { exportMonth } from '../../../../telemetry/collect/export_month.ts'
import { listMonths } from '../../../../telemetry/collect/retention.ts'
import type { Host } from './host.ts'

/** Where the samples of a host are. */
export interface HostAccount {
  name: string
  gpu_name: string
  kills: number
  /** Requests that were answered to their end, and those that were not, of which a sample may exist. */
  answered: number
  unanswered: number
  /** Samples in the host's buffer. */
  recorded: number
  /** What the gateway counted as dropped, and what it waits to send. */
  dropped: number
  waiting: number
  /** Different samples that the receiver hands over. */
  stored: number
  /** Answered, but on no disk when the process was killed; no more than may be. */
  lost: number
}

/** Exports all that was stored, and compares it with what the hosts recorded. */
export async function takeStock(
  hosts: readonly Host[],
  dir: string,
  out: string,
  stall_ms: number,
): Promise<{ accounts: HostAccount[]; faults: string[] }> {
  for (const month of new Set((await listMonths(dir)).map((found) => found.month))) await exportMonth(dir, month, out)
  const accounts: HostAccount[] = []
  const faults: string[] = []
  for (const host of hosts) {
    const stored = readExported(join(out, host.plan.name))
    const recorded = await host.readRecorded()
    const status = await host.readStatus()
    const http = status.sinks.http ?? { sent: 0, waiting: recorded.length, dropped: {} }
    const account: HostAccount = {
      name: host.plan.name,
      gpu_name: host.plan.gpu_name,
      kills: host.killed.length,
      answered: host.answered.length,
      unanswered: host.unanswered,
      recorded: recorded.length,
      dropped: sumDrops(status.dropped) + sumDrops(http.dropped),
      waiting: http.waiting,
      stored: stored.length,
      lost: Math.max(0, host.answered.length - recorded.length),
    }
    accounts.push(account)
    const found = [...findFaults(account, host.countAtRisk(5 * stall_ms)), ...compare(recorded, stored)]
    faults.push(...found.map((fault) => `${account.name}: ${fault} ${JSON.stringify(account)}`))
  }
  return { accounts, faults }
}

function findFaults(account: HostAccount, at_risk: number): string[] {
  const { answered, unanswered, recorded, waiting, dropped, lost } = account
  const faults: string[] = []
  if (recorded === 0) faults.push('nothing was recorded')
  if (recorded > answered + unanswered) faults.push('more samples than requests')
  if (lost > at_risk) faults.push(`${lost} answered requests have no sample, of ${at_risk} that a kill may take`)
  if (waiting > 0 || dropped > 0) faults.push('samples were dropped, or wait')
  return faults
}

function compare(recorded: readonly string[], stored: readonly string[]): string[] {
  const [known, kept] = [new Set(recorded), new Set(stored)]
  const missing = recorded.filter((id) => !kept.has(id)).length
  const faults: string[] = []
  if (kept.size < stored.length) faults.push('a sample is exported twice')
  if (missing > 0) faults.push(`${missing} recorded samples are not stored`)
  if (stored.some((id) => !known.has(id))) faults.push('a sample is stored that the host did not record')
  return faults
}

function readExported(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl.gz'))
  const texts = names.map((name) => gunzipSync(readFileSync(join(folder, name))).toString())
  return texts.flatMap((text) => [...text.matchAll(/"job_id":"([0-9a-f]+)"/g)].map(([, id]) => id!))
}
