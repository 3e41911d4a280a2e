import { type Atom, contributorsOf, countSamples, readPartition } from '../support/groups.ts'
import type { Isolation } from '../support/isolation.ts'
import type { Publication } from '../support/publication.ts'

/** Regressions that rest on fewer contributors than a cell must have: they are paired within cells, but not everyone of a cell has a pair. */
export function findFewPairs({ regressions, manifest: { policy } }: Publication): Isolation[] {
  return regressions
    .filter(({ pairs }) => pairs < policy.k)
    .map(({ model_id, engine, to_version, pairs }) => ({
      attack: 'pairs',
      how: `regression of ${model_id} on ${engine} ${to_version}`,
      contributors: pairs,
    }))
}

/** The samples that wait for more contributors, where few contributors wait: the manifest then counts their samples. */
export function findFewWaiting({ cells, manifest }: Publication, atoms: Atom[]): Isolation[] {
  const published = new Set([...readPartition(cells, atoms).values()].flat())
  const waiting = atoms.filter((atom) => !published.has(atom))
  const contributors = contributorsOf(waiting).size
  if (manifest.collecting.samples === 0 || contributors === 0 || contributors >= manifest.policy.k) return []
  return [{ attack: 'collecting', how: `${manifest.collecting.samples} samples are waiting`, contributors }]
}

/** Rates have three decimals. */
const ROUNDING = 0.0005

function errorRateOf(atoms: Atom[]): number {
  const samples = atoms.flatMap((atom) => atom.samples)
  return samples.filter(({ line }) => line.exit === 'error').length / samples.length
}

/**
 * Cells of which one contributor has so many samples that a rate which weighs samples is that contributor's own: what all others together
 * can add to or take from it is at most their share.
 */
export function findDominated({ cells }: Publication, atoms: Atom[], least = 0.9): Isolation[] {
  const groups = readPartition(cells, atoms)
  return cells.flatMap(({ cell_id, error_rate }) => {
    const group = groups.get(cell_id)!
    const own = Map.groupBy(group, ({ contributor }) => contributor).values()
    const heaviest = [...own].reduce((a, b) => (countSamples(b) > countSamples(a) ? b : a))
    const share = countSamples(heaviest) / countSamples(group)
    if (share < least || error_rate === null || Math.abs(error_rate - errorRateOf(heaviest)) > 1 - share + ROUNDING)
      return []
    const how = `error_rate ${error_rate} of ${cell_id} is that of one contributor, ± ${(1 - share).toFixed(3)}`
    return [{ attack: 'dominance', how, contributors: 1 }]
  })
}
