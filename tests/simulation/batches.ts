/** Senders per pass of the pipeline: enough to make a pass worth its start, few enough to bound memory. */
const SENDERS_PER_PASS = 20_000

/** Cuts jobs into runs that together have about as many senders as a pass takes. */
export function* batches<T>(jobs: readonly T[], sendersOf: (job: T) => number): Generator<T[]> {
  let [batch, senders]: [T[], number] = [[], 0]
  for (const job of jobs) {
    batch.push(job)
    senders += sendersOf(job)
    if (senders < SENDERS_PER_PASS) continue
    yield batch
    batch = []
    senders = 0
  }
  if (batch.length > 0) yield batch
}
