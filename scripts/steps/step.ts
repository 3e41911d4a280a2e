/** How many tests a step ran; a step that is no test runner counts as one. */
export interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** What a step came to. */
export interface Outcome {
  ok: boolean
  /** Everything the step printed; shown in full where it failed. */
  output: string
  counts?: Counts
}

/** What a running step may use. */
export interface StepContext {
  /** Variables that earlier steps found, added to the environment of every command. */
  env: Record<string, string>
  /** Tells what is going on at the moment; shown on a terminal only. */
  onLine(line: string): void
  /** Says something that stays, on a terminal or not. */
  say(text: string): void
}

/** One named part of a longer run. */
export interface Step {
  id: string
  title: string
  /** Ids of steps without whose success this one cannot run. */
  needs?: readonly string[]
  /**
   * Steps of one lane run one after the other, beside those of the other lanes that follow or precede them in the list. A step without
   * a lane runs alone.
   */
  lane?: string
  /** Whether the output is of interest where the step succeeds, too. */
  showsOutput?: boolean
  run(context: StepContext): Promise<Outcome>
}

export interface StepResult {
  step: Step
  verdict: 'passed' | 'failed' | 'skipped'
  seconds: number
  /** CPU time, user and system, of all the step started, in seconds; null where the system does not tell. */
  cpuSeconds: number | null
  output: string
  counts: Counts
}
