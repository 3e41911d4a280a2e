import type { Metric } from '../../../contracts/index.ts'
import { bucketOf, measure, type Sample } from './samples.ts'

/** Values of a metric, as buckets, by contributor. */
export type Buckets = Map<string, number[]>

/** A contributor with fewer samples of a cell, or of a metric in it, has no say there. */
export const LEAST_SAMPLES = 5

/** Every value of a metric in a group of samples, as buckets in order, by contributor. */
export function bucketsOf(samples: Sample[], metric: Metric): Buckets {
  const buckets: Buckets = new Map()
  for (const sample of samples) {
    const value = measure(sample, metric)
    if (value === null || value <= 0) continue
    const own = buckets.get(sample.contributor)
    if (own) own.push(bucketOf(value))
    else buckets.set(sample.contributor, [bucketOf(value)])
  }
  for (const own of buckets.values()) own.sort((a, b) => a - b)
  return buckets
}

/** The contributors that a figure is made of: those with 5 samples or more, whatever they say; none where fewer than `k` have. */
export function keepContributors(buckets: Buckets, k: number): Buckets {
  const kept = [...buckets].filter(([, own]) => own.length >= LEAST_SAMPLES)
  return new Map(kept.length >= k ? kept : [])
}
