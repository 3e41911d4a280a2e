import type { MatrixRow } from '../../../contracts/index.ts'
import { countSamples, type Figure } from '../support/groups.ts'
import type { Isolation } from '../support/isolation.ts'
import type { Publication } from '../support/publication.ts'
import { stepOf } from '../support/steps.ts'

/** Rows that stand for too few contributors or samples: as they say themselves, and as the raw samples say. */
export function findSmallGroups({ cells, matrix, manifest: { policy } }: Publication, figures: Figure[]): Isolation[] {
  const stated = [...cells, ...matrix].map(({ contributors, samples, matrix_id }) => ({
    name: `a row of ${matrix_id}`,
    contributors,
    samples,
  }))
  const counted = figures.map(({ name, atoms, standing }) => ({
    name,
    contributors: standing!.size,
    samples: countSamples(atoms),
  }))
  return [...stated, ...counted]
    .filter(({ contributors, samples }) => contributors < policy.k || samples < policy.min_samples)
    .map(({ name, contributors, samples }) => ({
      attack: 'threshold',
      how: `${name} stands for ${samples} samples`,
      contributors,
    }))
}

/**
 * Rows whose numbers are not those of the samples that a partition gives them: contributors counted in steps, and one count of samples, of no
 * more than there are. Any other breaks the proof that subtraction finds nothing.
 */
export function findOverlaps({ cells, matrix }: Publication, figures: Figure[]): Isolation[] {
  const rows = [...matrix, ...cells] as Pick<MatrixRow, 'contributors' | 'samples'>[]
  const wrong = figures.flatMap(({ name, atoms, standing, samples }, i) => {
    const [contributors, count] = [stepOf(standing!.size), countSamples(atoms)]
    // A matrix row adds up cells, each half a step too high at most.
    if (rows[i]!.contributors === contributors && samples <= 1.06 * count + 2) return []
    const how = `${name} says ${samples} samples of ${rows[i]!.contributors}, its part of the partition has ${count} of ${standing!.size}`
    return [{ attack: 'overlap', how, contributors }]
  })
  const counts = Map.groupBy(cells, (cell) =>
    [cell.matrix_id, cell.concurrency_bucket, cell.engine_version, cell.prompt_bucket, cell.month].join(),
  )
  const twice = [...counts].filter(([, same]) => same.length > 1)
  return [...wrong, ...twice.map(([key]) => ({ attack: 'overlap', how: `${key} is published twice`, contributors: 0 }))]
}
