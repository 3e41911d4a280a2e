import type { Compared, Comparison } from '../../contracts/host_report.ts'
import type { TelemetryEvent } from '../../contracts/index.ts'
import type { ReportedTask } from '../report/read_tasks.ts'
import { type UpdateVerdict, VersionWatch } from '../report/version_watch.ts'
import { cleanModelRef, UNKNOWN } from '../sample/clean_labels.ts'
import type { TaskResult, Telemetry } from '../sample/types.ts'
import type { Upstream } from './upstream.ts'

/**
 * Tells whether an update of an engine made a model slower or faster here: on samples while they are recorded, else on what the gateway sees
 * by itself. In memory only; with telemetry on, what the buffer has of the time before the start counts too.
 */
export class UpdateNotice {
  readonly #watch: VersionWatch
  readonly #telemetry: Telemetry
  #has_history = false

  constructor(telemetry: Telemetry, log: (line: string) => void) {
    this.#telemetry = telemetry
    this.#watch = new VersionWatch((verdict) => log(describeVerdict(verdict)))
  }

  /** A sample was recorded. */
  readonly addSample = (sample: TelemetryEvent): void => {
    const at = Date.parse(sample.ts)
    if (!this.#has_history) this.#readHistory(at)
    this.#watch.add(sample, at)
  }

  /** A task has ended that has no sample because telemetry is off. */
  addUnsampled(upstream: Upstream, model: string, result: TaskResult): void {
    // What answered may be a newer version than the one that is known.
    if (upstream.engine.isCurrent) this.#watch.add(toReportedTask(upstream, model, result), Date.now())
  }

  comparisons(): Comparison[] {
    return this.#watch.comparisons()
  }

  close(): void {
    this.#watch.close()
  }

  #readHistory(before: number): void {
    this.#has_history = true
    const { buffer_dir } = this.#telemetry.snapshot()
    if (buffer_dir !== null) void this.#watch.readHistory([buffer_dir], before)
  }
}

/** Upstreams stand for hosts: what runs where is not asked while telemetry is off. */
function toReportedTask({ index, config, identity }: Upstream, model: string, result: TaskResult): ReportedTask {
  const { tokens_in = 0, tokens_out = 0, first_token_ms = null, decode_time_ms = null } = result
  return {
    ...result,
    ...{ tokens_in, tokens_out, first_token_ms, decode_time_ms },
    // What an engine accepts as a name may be any text of a client.
    model_ref: cleanModelRef(config.model_ref ?? model),
    engine: identity.engine,
    engine_version: identity.engine_version,
    host_id: `upstream ${index}`,
    gpu_name: UNKNOWN,
    vram_total_mb: null,
    vram_used_mb_peak: null,
  }
}

const TITLES: Record<Compared, string> = { decode_tps: 'decode speed', ttft_ms: 'TTFT' }

/** `vllm 0.11.0 is slower than 0.10.2 with hf:org/repo: decode speed -12.1 % (-14.0 to -10.2), after 14 hours. See orch telemetry compare` */
function describeVerdict({ model_ref, engine, before, after, changes, hours }: UpdateVerdict): string {
  const verdicts = [...new Set(changes.map(({ verdict }) => verdict))]
  const figures = changes.map(
    ({ metric, change, low, high }) => `${TITLES[metric]} ${percent(change)} % (${percent(low)} to ${percent(high)})`,
  )
  return `${engine} ${after} is ${verdicts.join(' and ')} than ${before} with ${model_ref}: ${figures.join(', ')}, after ${hours} hours. See orch telemetry compare`
}

function percent(share: number | null): string {
  const text = (100 * (share ?? 0)).toFixed(1)
  return text.startsWith('-') ? text : `+${text}`
}
