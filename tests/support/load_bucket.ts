const BOUNDS: [number, string][] = [
  [1, '1'],
  [4, '2-4'],
  [8, '5-8'],
  [16, '9-16'],
  [32, '17-32'],
  [64, '33-64'],
  [128, '65-128'],
  [256, '129-256'],
  [Number.POSITIVE_INFINITY, 'gt256'],
]

/** The load under which a sample ran, by a plain reading of the rule: a task that ran alone has the engine to itself. */
export function loadBucketOf(sample: { measurement_type?: string | undefined; concurrency?: number | undefined }) {
  if (sample.measurement_type === 'single_stream') return '1'
  return sample.concurrency === undefined ? 'unknown' : BOUNDS.find(([most]) => sample.concurrency! <= most)![1]
}
