/** What one process records. */
export interface SampleLoop {
  /** `none` is the loop itself. */
  who: 'none' | 'orch' | 'otel'
  /** The compiled package, and a folder for the buffer. */
  home: string
  folder: string
  warmup: number
  samples: number
  /** Samples in one turn of the event loop, and the pause after it. */
  per_turn: number
  pause_ms: number
}

/** Per sample, in microseconds of CPU time. */
export interface SampleCost {
  main_us: number
  /** All threads: those that write files and collect garbage too. */
  process_us: number
  /** Samples that did not arrive. */
  lost: number
}
