import type { BegunCheck } from '../review/check.ts'
import type { CheckResult } from '../review/check_result.ts'

/** Aggregates what a check most likely finds, and once more where it finds something else. */
export async function aggregateChecked<T>(
  { likely, final }: BegunCheck,
  aggregate: (check: CheckResult) => Promise<T>,
) {
  const [early] = await Promise.allSettled([aggregate(likely), final])
  const check = await final
  if (check !== likely) return { check, aggregates: await aggregate(check) }
  if (early.status === 'rejected') throw early.reason
  return { check, aggregates: early.value }
}
