import { sumDrops } from '../../../telemetry/buffer/drop_counts.ts'
import { readBuffer, readSinkPosition } from '../../../telemetry/buffer/read_buffer.ts'
import { readBufferStatus } from '../../../telemetry/buffer/status.ts'
import type { DropCounts } from '../../../telemetry/buffer/types.ts'
import type { Account, Ended, Waiting } from './account_types.ts'
import type { Delivery } from './bad_sink.ts'
import { findFaults } from './faults.ts'
import { boundLosses } from './loss_bound.ts'

export async function takeStock(ended: Ended): Promise<Account> {
  const { plan, dir, lives, deliveries } = ended
  const status = await readBufferStatus(dir)
  const waiting = await readWaiting(dir)
  // A sink of which no process lived to make a note waits for all that there is.
  const sink = status.sinks.http ?? { sent: 0, waiting: waiting.records, dropped: {} }
  const emitted = lives.flatMap(({ life }) => life.emissions.map(({ id }) => id))
  const taken = new Set(deliveries.filter((delivery) => delivery.taken).flatMap(({ ids }) => ids))
  const dropped = addUp([status.dropped, sink.dropped])
  const isThere = (id: string) => taken.has(id) || waiting.ids.has(id)
  const account: Account = {
    plan,
    emitted: emitted.length,
    at_sink: taken.size,
    sent: sink.sent,
    waiting: sink.waiting,
    dropped,
    lost: emitted.length - sink.sent - sink.waiting - sumDrops(dropped),
    may_be_lost: boundLosses(ended, isThere),
    duplicates: countDuplicates(deliveries),
    kills: lives.filter(({ life }) => life.killed_at !== null).length,
    overruns_ms: measureOverruns(ended, dropped, isThere),
    faults: [],
  }
  account.faults.push(...findFaults(account, { ended, emitted, taken, waiting }))
  return account
}

function countDuplicates(deliveries: readonly Delivery[]): number {
  const ids = deliveries.filter(({ taken }) => taken).flatMap((delivery) => delivery.ids)
  return ids.length - new Set(ids).size
}

function measureOverruns({ plan, lives }: Ended, dropped: DropCounts, isThere: (id: string) => boolean): number[] {
  if (plan.disk !== 'sound' || sumDrops(dropped) > (dropped.unreadable ?? 0)) return []
  return lives.flatMap(({ life: { emissions, killed_at } }) => {
    const missing = emissions.find(({ id }) => !isThere(id))
    return killed_at !== null && missing ? [killed_at - missing.at - plan.fsync_ms] : []
  })
}

async function readWaiting(dir: string): Promise<Waiting> {
  const waiting: Waiting = { ids: new Set(), samples: 0, records: 0 }
  for await (const record of readBuffer(dir, { from: await readSinkPosition(dir, 'http') })) {
    waiting.records += 1
    if (record.kind !== 'sample') continue
    waiting.samples += 1
    waiting.ids.add(record.event.job_id)
  }
  return waiting
}

function addUp(counts: readonly DropCounts[]): DropCounts {
  const sum: Record<string, number> = {}
  for (const count of counts)
    for (const [reason, samples] of Object.entries(count)) sum[reason] = (sum[reason] ?? 0) + samples
  return sum
}
