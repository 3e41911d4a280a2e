import { Histograms } from '../gateway/histogram.ts'
import { formatFamily } from '../gateway/metric_text.ts'

const BOUNDS_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

/** Counters of a collector, in Prometheus' text format. No label has anything of a sender. */
export class CollectMetrics {
  readonly #requests = new Map<string, number>()
  readonly #samples = new Map<string, number>([
    ['verdict="accepted"', 0],
    ['verdict="duplicate"', 0],
    ['verdict="rejected"', 0],
  ])
  readonly #duration = new Histograms(
    'orch_collect_request_seconds',
    'From the head of a request to its answer.',
    BOUNDS_S,
  )
  readonly #store = new Histograms(
    'orch_collect_store_seconds',
    'From a batch to its sync, waiting included.',
    BOUNDS_S,
  )

  countRequest(status: number, ms: number): void {
    const label = `status="${status}"`
    this.#requests.set(label, (this.#requests.get(label) ?? 0) + 1)
    this.#duration.observe('', ms / 1000)
  }

  observeStore(ms: number): void {
    this.#store.observe('', ms / 1000)
  }

  countLines({ accepted, duplicates, rejected }: { accepted: number; duplicates: number; rejected: number }): void {
    for (const [verdict, count] of Object.entries({ accepted, duplicate: duplicates, rejected }))
      this.#samples.set(`verdict="${verdict}"`, this.#samples.get(`verdict="${verdict}"`)! + count)
  }

  format(live: { pending_bytes: number; body_bytes: number; ids: number }): string {
    return [
      ...formatFamily(
        'orch_collect_requests_total',
        'counter',
        'Requests, by the status of the answer.',
        this.#requests,
      ),
      ...formatFamily('orch_collect_samples_total', 'counter', 'Lines of batches, by verdict.', this.#samples),
      ...formatFamily('orch_collect_pending_bytes', 'gauge', 'Samples that wait for the disk.', [
        ['', live.pending_bytes],
      ]),
      ...formatFamily('orch_collect_body_bytes', 'gauge', 'Memory that bodies take.', [['', live.body_bytes]]),
      ...formatFamily('orch_collect_ids', 'gauge', 'Job ids that are held to know duplicates.', [['', live.ids]]),
      ...this.#duration.format(),
      ...this.#store.format(),
      '',
    ].join('\n')
  }
}
