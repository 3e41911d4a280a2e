import type { Metric } from '../../../contracts/index.ts'
import { bucketOf, measure, type Sample } from './samples.ts'

/** Values of a metric, as buckets, by contributor. */
export type Buckets = Map<string, number[]>

/** A contributor with fewer samples of a metric in a cell has no say in it. */
const LEAST_SAMPLES = 5
/** Half a tenth in natural logarithm, in buckets: the least spread that outliers are measured against. */
const LEAST_SPREAD = (0.05 * 32) / Math.LN2

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

/**
 * The contributors that a figure is made of: those with 5 samples or more whose median is within 3.5 scaled median absolute deviations of
 * the median contributor's; none where fewer than `k` are left.
 */
export function keepContributors(buckets: Buckets, k: number): Buckets {
  const medians = [...buckets]
    .filter(([, own]) => own.length >= LEAST_SAMPLES)
    .map(([who, own]) => [who, lowerMedian(own)] as const)
  const centre = median(medians.map(([, m]) => m))
  const spread = Math.max(1.4826 * median(medians.map(([, m]) => Math.abs(m - centre))), LEAST_SPREAD)
  const kept = medians
    .filter(([, m]) => Math.abs(m - centre) <= 3.5 * spread)
    .map(([who]) => [who, buckets.get(who)!] as const)
  return new Map(kept.length >= k ? kept : [])
}

function lowerMedian(sorted: number[]): number {
  return sorted[Math.ceil(sorted.length / 2) - 1]!
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2
}
