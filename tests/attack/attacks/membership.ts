import type { Isolation } from '../support/isolation.ts'
import type { Publication } from '../support/publication.ts'

/** Beyond this many contributors in a month the search is not worth its time here. */
const MOST_CONTRIBUTORS = 20

/**
 * Who stands behind a cell: the manifest lists the accepted lines of every contributor and month, a cell its samples (exact below 100)
 * and contributors. Where one set of contributors of that size alone has that sum, the attacker knows the names behind the cell, the set-up
 * that each runs and how often. Assumes that a contributor's file speaks of one set-up, as an operator with one machine sends it.
 */
export function findMembers({ cells, manifest: { inputs } }: Publication): Isolation[] {
  const months = Map.groupBy(
    inputs.filter(({ kind }) => kind === 'community'),
    ({ path }) => path.split('/')[2]!,
  )
  return cells.flatMap(({ cell_id, month, contributors, samples }) => {
    const people = (months.get(month) ?? []).map(({ contributor, accepted }) => ({ contributor, accepted }))
    if (people.length > MOST_CONTRIBUTORS || samples >= 100) return []
    const sets = subsetsOf(people, contributors, samples)
    if (sets.length !== 1) return []
    return [{ attack: 'membership', how: `${cell_id} is ${sets[0]!.sort().join(', ')}`, contributors: 1 }]
  })
}

/** The first two sets of `size` people whose accepted lines add up to `sum`. */
function subsetsOf(people: { contributor: string; accepted: number }[], size: number, sum: number): string[][] {
  const found: string[][] = []
  const search = (from: number, chosen: string[], left: number): void => {
    if (found.length > 1 || left < 0) return
    if (chosen.length === size) {
      if (left === 0) found.push(chosen)
      return
    }
    for (let i = from; i <= people.length - (size - chosen.length); i++)
      search(i + 1, [...chosen, people[i]!.contributor], left - people[i]!.accepted)
  }
  search(0, [], sum)
  return found
}
