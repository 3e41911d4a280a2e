import { readBuffer, readSinkPosition } from '../../../telemetry/buffer/read_buffer.ts'
import { readBufferStatus } from '../../../telemetry/buffer/status.ts'
import type { DropCounts } from '../../../telemetry/buffer/types.ts'
import type { Delivery } from './bad_sink.ts'
import type { Life } from './life.ts'
import type { LifePlan, RunPlan } from './plan.ts'

export interface Ended {
  plan: RunPlan
  dir: string
  lives: { plan: LifePlan; life: Life }[]
  deliveries: readonly Delivery[]
  /** Whether everything that was left was sent to a sound sink at the end. */
  drained: boolean
  /** The worst that the machine itself took for a small write. */
  stall_ms: number
}

/** Where the samples of a run are. */
export interface Account {
  plan: RunPlan
  emitted: number
  /** Different samples that the sink took. */
  at_sink: number
  sent: number
  waiting: number
  dropped: DropCounts
  /** Emitted, and in no other figure. */
  lost: number
  /** What may be lost: emitted within the loss window before a kill, or held in memory because the disk refused. */
  may_be_lost: number
  duplicates: number
  kills: number
  /** What must not be; empty where all is well. */
  faults: string[]
}

/**
 * What the loss window is exceeded by on a machine that does nothing else (a first write takes some ten steps), and how many
 * times the worst stall of a busy one.
 */
const STEPS_MS = 250
const STALLS = 5

export async function takeStock(ended: Ended): Promise<Account> {
  const { plan, dir, lives, deliveries, drained } = ended
  const status = await readBufferStatus(dir)
  const waiting = await readWaiting(dir)
  // A sink of which no process lived to make a note waits for all that there is.
  const sink = status.sinks.http ?? { sent: 0, waiting: waiting.records, dropped: {} }
  const emitted = lives.flatMap(({ life }) => life.emissions.map(({ id }) => id))
  const taken = new Set(deliveries.filter((delivery) => delivery.taken).flatMap(({ ids }) => ids))
  const dropped = addUp([status.dropped, sink.dropped])
  const held = lives.reduce((sum, { life }) => sum + heldInMemory(life), 0)
  const account: Account = {
    plan,
    emitted: emitted.length,
    at_sink: taken.size,
    sent: sink.sent,
    waiting: sink.waiting,
    dropped,
    lost: emitted.length - sink.sent - sink.waiting - total(dropped),
    may_be_lost: lives.reduce((sum, { life }) => sum + mayBeLost(plan, life, ended.stall_ms), 0),
    duplicates: countDuplicates(deliveries),
    kills: lives.filter(({ life }) => life.killed_at !== null).length,
    faults: [],
  }
  account.faults.push(
    ...findFaults(account, { emitted, taken, waiting, drained, held }),
    // A disk that refuses the note that a batch arrived makes it come again, too.
    ...(plan.disk === 'sound' ? findStrayDuplicates(deliveries, lives.length) : []),
    ...lives.flatMap(({ plan: { name }, life }) => (life.stderr ? [`${name} wrote to stderr: ${life.stderr}`] : [])),
  )
  return account
}

interface Ids {
  emitted: readonly string[]
  taken: ReadonlySet<string>
  waiting: Waiting
  drained: boolean
  held: number
}

function findFaults(account: Account, { emitted, taken, waiting, drained, held }: Ids): string[] {
  const known = new Set(emitted)
  const nowhere = emitted.filter((id) => !taken.has(id) && !waiting.ids.has(id)).length
  const torn = waiting.records - waiting.samples
  const strangers = [...taken, ...waiting.ids].filter((id) => !known.has(id))
  const checks: [boolean, string][] = [
    [known.size === emitted.length, 'ids were emitted twice: the harness is wrong'],
    [strangers.length === 0, `samples that nobody emitted: ${strangers.slice(0, 3).join()}`],
    [waiting.records === account.waiting, `${account.waiting} counted as waiting, ${waiting.records} records found`],
    [waiting.ids.size === waiting.samples, 'a sample lies in the buffer twice'],
    [account.lost >= 0, `${-account.lost} samples counted twice`],
    [account.lost <= held, `${account.lost} lost, at most ${held} were held in memory`],
    [account.lost <= account.may_be_lost, `${account.lost} lost, at most ${account.may_be_lost} may be`],
    [nowhere <= total(account.dropped) + account.lost + torn, `${nowhere} neither at the sink nor in the buffer`],
    [account.sent <= account.at_sink, `${account.sent} counted as sent, ${account.at_sink} at the sink`],
    [!drained || account.waiting === 0, `${account.waiting} wait though the sink takes everything`],
  ]
  return checks.filter(([holds]) => !holds).map(([, fault]) => fault)
}

/** A sample comes again only where its sender could not know, or could not note, that it had arrived. */
function findStrayDuplicates(deliveries: readonly Delivery[], ends: number): string[] {
  const last = new Map<string, Delivery>()
  const acknowledged = new Set<string>()
  for (const delivery of deliveries.filter(({ taken }) => taken)) {
    for (const id of delivery.ids) {
      if (last.get(id)?.acknowledged) acknowledged.add(last.get(id)!.key)
      last.set(id, delivery)
    }
  }
  // The end of a process, by kill or in good order, takes at most the note of one batch with it.
  return acknowledged.size > ends
    ? [`${acknowledged.size} acknowledged batches came again, ${ends} processes ended`]
    : []
}

function countDuplicates(deliveries: readonly Delivery[]): number {
  const ids = deliveries.filter(({ taken }) => taken).flatMap((delivery) => delivery.ids)
  return ids.length - new Set(ids).size
}

/** Emitted within the loss window before the kill, or held in memory by a disk that refused. */
function mayBeLost(plan: RunPlan, life: Life, stall_ms: number): number {
  const since = (life.killed_at ?? Number.POSITIVE_INFINITY) - plan.fsync_ms - STEPS_MS - STALLS * stall_ms
  const recent = life.emissions.filter(({ at }) => at >= since).length
  return plan.disk === 'sound' ? recent : Math.max(recent, heldInMemory(life))
}

/** What a process said of itself just before its last sample: that sample, those not written yet, and counts not written yet. */
function heldInMemory({ emissions }: Life): number {
  const last = emissions.at(-1)
  return last ? 1 + last.pending + last.dropped : 0
}

interface Waiting {
  ids: Set<string>
  samples: number
  records: number
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

export function total(counts: DropCounts): number {
  return Object.values(counts).reduce((sum, samples) => sum + samples, 0)
}
