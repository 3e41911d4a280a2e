import type { MeasurementType } from '../../contracts/index.ts'

/** The load at an upstream during one task. */
export interface LoadFacts {
  measurement_type: MeasurementType
  /** The most tasks in flight at once, this one included. */
  concurrency: number
}

interface Span {
  peak: number
  /** Whether other tasks affected this one's times. */
  shared: boolean
}

/** Counts the tasks in flight at an engine over the life of each task. */
export class LoadWindow {
  readonly #spans = new Set<Span>()

  /** Opens the window of a task. `waited`: it was queued before, so other tasks affected its time to the first token. */
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
