import type { TelemetryEvent } from '../../contracts/index.ts'
import { PRIVATE } from './name_policy.ts'

/** Counts the samples whose names were withheld, to tell the operator. */
export class WithheldNames {
  readonly #samples = new Map<string, number>()

  /** Notes a sample as recorded, and as it leaves. */
  note(recorded: Pick<TelemetryEvent, 'model_ref'>, leaving: Pick<TelemetryEvent, 'model_ref'>): void {
    if (leaving.model_ref !== PRIVATE || recorded.model_ref === PRIVATE) return
    this.#samples.set(recorded.model_ref, (this.#samples.get(recorded.model_ref) ?? 0) + 1)
  }

  /** Lines for the operator: which names were withheld in how many samples, and how to release them; none if none was. */
  format(): string[] {
    if (this.#samples.size === 0) return []
    const names = [...this.#samples].sort(([, a], [, b]) => b - a)
    return [
      `withheld: names of models that the catalogue does not know leave this host as "${PRIVATE}":`,
      ...names.map(
        ([name, samples]) => `  ${name}  ${samples.toLocaleString('en')} ${samples === 1 ? 'sample' : 'samples'}`,
      ),
      'To publish a name: orch telemetry export --release NAME, or telemetry.publish_models = ["NAME"] in the config file.',
    ]
  }
}
