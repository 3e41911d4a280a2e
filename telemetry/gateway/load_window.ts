import type { MeasurementType } from '../../contracts/index.ts'

/** What was in flight at an upstream during one task. */
export interface LoadFacts {
  measurement_type: MeasurementType
  /** Tasks in flight at once at the highest, this one included. */
  concurrency: number
}

interface Span {
  peak: number
  /** Whether other tasks had a part in this one's times. */
  shared: boolean
}

/** Follows how many tasks an engine works on, so that each task knows what it shared the engine with. */
export class LoadWindow {
  readonly #spans = new Set<Span>()

  /** A task reaches the engine. `waited`: it stood in a queue before, so that others had a part in its first-token time. */
  open(waited: boolean): { close: () => LoadFacts } {
    const span: Span = { peak: 0, shared: waited }
    this.#spans.add(span)
    const in_flight = this.#spans.size
    for (const other of this.#spans) if (other.peak < in_flight) other.peak = in_flight
    return {
      close: () => {
        this.#spans.delete(span)
        const alone = span.peak === 1 && !span.shared
        return { measurement_type: alone ? 'single_stream' : 'batched_online', concurrency: span.peak }
      },
    }
  }
}
