import type { Consent } from './config/consent_types.ts'
import { makeIdleTelemetry } from './sample/idle_telemetry.ts'
import type { Task, TaskFacts, Telemetry, TelemetrySnapshot } from './sample/types.ts'

export interface ConsentParts {
  /** Decides anew, from the stored decision as it is now. */
  decide: () => Consent
  /**
   * Opens a recorder; throws if it cannot.
   *
   * @param isAllowed whether the consent that it was opened with still holds; asked before samples are written or sent
   */
  open: (consent: Consent, isAllowed: () => boolean) => Telemetry
  warn: (text: string) => void
}

/** How often the stored decision is read while tasks come and while samples are recorded. */
const CHECK_MS = 1000

/**
 * An emitter that follows `orch telemetry on` and `off` while it runs. If the environment or the config file decides, which a running
 * process does not read again, there is nothing to follow.
 */
export function followConsent(parts: ConsentParts): Telemetry {
  const consent = parts.decide()
  if (consent.problem) parts.warn(consent.problem)
  return isStored(consent) ? new FollowingTelemetry(parts, consent) : openOrIdle(parts, consent, () => true)
}

/** The emitter used if telemetry cannot record, although it is on. Says why. */
export function makeUnableTelemetry(consent: Consent, error: unknown, warn: (text: string) => void): Telemetry {
  const problem = `${error instanceof Error ? error.message : String(error)}\nTelemetry: nothing is recorded.`
  warn(problem)
  return makeIdleTelemetry({ ...consent, enabled: false, problem })
}

class FollowingTelemetry implements Telemetry {
  readonly #parts: ConsentParts
  #consent: Consent
  #recorder: Telemetry
  #checked_at = performance.now()
  #timer: NodeJS.Timeout | null = null
  #closed: Promise<void> | null = null

  constructor(parts: ConsentParts, consent: Consent) {
    this.#parts = parts
    this.#consent = consent
    this.#recorder = this.#open(consent)
  }

  get enabled(): boolean {
    return this.#current().enabled
  }

  task(facts: TaskFacts, options?: { start?: boolean }): Task {
    return this.#current().task(facts, options)
  }

  record(event: Parameters<Telemetry['record']>[0]): void {
    this.#current().record(event)
  }

  flush(deadline_ms: number): Promise<void> {
    return this.#check().flush(deadline_ms)
  }

  close(deadline_ms: number): Promise<void> {
    this.#closed ??= this.#check().close(deadline_ms)
    this.#stopTimer()
    return this.#closed
  }

  snapshot(): TelemetrySnapshot {
    return this.#current().snapshot()
  }

  #current(): Telemetry {
    return performance.now() - this.#checked_at < CHECK_MS ? this.#recorder : this.#check()
  }

  #check(): Telemetry {
    this.#checked_at = performance.now()
    if (this.#closed) return this.#recorder
    const consent = this.#parts.decide()
    // Off and on again gives another date, before which nothing may be sent.
    const isSame = consent.enabled === this.#consent.enabled && consent.since === this.#consent.since
    if (!isSame) this.#switchTo(consent)
    return this.#recorder
  }

  #switchTo(consent: Consent): void {
    const former = this.#recorder
    this.#consent = consent
    this.#parts.warn(consent.problem ?? describeSwitch(consent))
    this.#stopTimer()
    this.#recorder = this.#open(consent)
    void former.close(0)
  }

  #open(consent: Consent): Telemetry {
    const isAllowed = () => {
      this.#check()
      return this.#consent === consent
    }
    const recorder = openOrIdle(this.#parts, consent, isAllowed)
    if (recorder.enabled) this.#timer = setInterval(() => this.#check(), CHECK_MS).unref()
    return recorder
  }

  #stopTimer(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }
}

function isStored({ source }: Consent): boolean {
  return source === 'default' || source === 'orch telemetry on' || source === 'orch telemetry off'
}

function openOrIdle({ open, warn }: ConsentParts, consent: Consent, isAllowed: () => boolean): Telemetry {
  if (!consent.enabled) return makeIdleTelemetry(consent)
  try {
    return open(consent, isAllowed)
  } catch (error) {
    return makeUnableTelemetry(consent, error, warn)
  }
}

function describeSwitch({ enabled, detail }: Consent): string {
  return enabled
    ? `Telemetry was turned on (${detail}): tasks that start from now on are recorded.`
    : `Telemetry was turned off (${detail}): nothing more is recorded or sent.`
}
