import { sumDrops } from '../../../telemetry/buffer/drop_counts.ts'
import type { DropReason } from '../../../telemetry/buffer/types.ts'
import type { Account, Ended, Waiting } from './account_types.ts'
import type { Delivery } from './bad_sink.ts'
import type { RunPlan } from './plan.ts'

export interface Evidence {
  ended: Ended
  emitted: readonly string[]
  taken: ReadonlySet<string>
  waiting: Waiting
}

/** Describes what must not be; empty if all is well. */
export function findFaults(account: Account, evidence: Evidence): string[] {
  const { plan, lives, deliveries } = evidence.ended
  return [
    ...findMiscounts(account, evidence),
    ...findFalseReasons(account, evidence.waiting),
    // A disk that refuses the note that a batch arrived makes it come again, too.
    ...(plan.disk === 'sound' ? findStrayDuplicates(deliveries, lives.length) : []),
    ...findChangedBatches(deliveries),
    ...lives.flatMap(({ plan: { name }, life }) => (life.stderr ? [`${name} wrote to stderr: ${life.stderr}`] : [])),
  ]
}

function findMiscounts(account: Account, { ended, emitted, taken, waiting }: Evidence): string[] {
  const known = new Set(emitted)
  const nowhere = emitted.filter((id) => !taken.has(id) && !waiting.ids.has(id)).length
  const torn = waiting.records - waiting.samples
  const unexpected = [...taken, ...waiting.ids].filter((id) => !known.has(id))
  const checks: [boolean, string][] = [
    [known.size === emitted.length, 'ids were emitted twice: the harness is wrong'],
    [unexpected.length === 0, `samples that nobody emitted: ${unexpected.slice(0, 3).join()}`],
    [waiting.records === account.waiting, `${account.waiting} counted as waiting, ${waiting.records} records found`],
    [waiting.ids.size === waiting.samples, 'a sample lies in the buffer twice'],
    [account.lost >= 0, `${-account.lost} samples counted twice`],
    [account.lost <= account.may_be_lost, `${account.lost} lost, at most ${account.may_be_lost} may be`],
    [nowhere <= sumDrops(account.dropped) + account.lost + torn, `${nowhere} neither at the sink nor in the buffer`],
    [account.sent <= account.at_sink, `${account.sent} counted as sent, ${account.at_sink} at the sink`],
    [!ended.drained || account.waiting === 0, `${account.waiting} wait though the sink takes everything`],
  ]
  return checks.filter(([holds]) => !holds).map(([, fault]) => fault)
}

/** Nothing may be dropped for a reason that the plan does not give, nor be unreadable on a sound disk if no process was killed. */
function findFalseReasons({ plan, dropped, kills }: Account, waiting: Waiting): string[] {
  const reasons = Object.keys(dropped).filter((reason) => !givesReason(plan, reason as DropReason))
  const unreadable = (dropped.unreadable ?? 0) + waiting.records - waiting.samples
  // A kill tears one line; a disk that refuses writes in the middle of a line may also refuse to take back what it took.
  const torn = plan.disk === 'sound' ? kills : Number.POSITIVE_INFINITY
  return [
    ...reasons.map((reason) => `samples dropped as ${reason}, for which there was no reason`),
    ...(unreadable > torn ? [`${unreadable} unreadable records after ${kills} kills`] : []),
  ]
}

function givesReason(plan: RunPlan, reason: DropReason): boolean {
  if (reason === 'unreadable') return true
  if (reason === 'retention_bytes') return plan.max_bytes < SMALL_BYTES
  if (reason === 'memory') return plan.max_pending < FEW_PENDING || plan.disk !== 'sound'
  return (reason === 'disk_full' || reason === 'disk_error') && plan.disk !== 'sound'
}

/** More than the processes of a run emit. */
const SMALL_BYTES = 10_000_000
const FEW_PENDING = 1000

/** A sample comes again only if its sender could not know, or could not record, that it had arrived. */
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

/** The receiver discards repetitions by their key: under one key there must be one set of samples. */
function findChangedBatches(deliveries: readonly Delivery[]): string[] {
  const batches = new Map<string, string>()
  const changed = deliveries.filter(({ key, ids }) => {
    const before = batches.get(key)
    batches.set(key, ids.join())
    return before !== undefined && before !== ids.join()
  })
  return changed.map(({ key }) => `two different batches under the key ${key}`)
}
