import type { Consent } from './config/consent_types.ts'
import { makeIdleTelemetry } from './sample/idle_telemetry.ts'
import type { Task, TaskFacts, Telemetry, TelemetrySnapshot } from './sample/types.ts'

export interface ConsentParts {
  /** As it is now. */
  consent: Consent
  /** Decides anew, from the stored decision as it is then. Never rejects. */
  decide: () => Promise<Consent>
  /**
   * Opens a recorder; throws if it cannot.
   *
   * @param isAllowed whether the consent that it was opened with still holds; asked before samples are written or sent
   */
  open: (consent: Consent, isAllowed: () => Promise<boolean>) => Telemetry
  warn: (text: string) => void
}

/** How often the stored decision is read while tasks come and while samples are recorded. */
const CHECK_MS = 1000

/**
 * An emitter that follows `orch telemetry on` and `off` while it runs. If the environment or the config file decides, which a running
 * process does not read again, there is nothing to follow.
 */
export function followConsent(parts: ConsentParts): Telemetry {
  const { consent, warn } = parts
  if (consent.problem) warn(consent.problem)
  return isStored(consent) ? new FollowingTelemetry(parts) : openOrIdle(parts, consent, async () => true)
}

/** The emitter used if telemetry cannot record, although it is on. Says why. */
export function makeUnableTelemetry(consent: Consent, error: unknown, warn: (text: string) => void): Telemetry {
  const why = error instanceof Error ? error.message : String(error)
  const problem = `${why}${/[.?]$/.test(why) ? '' : '.'} Nothing is recorded.`
  warn(problem)
  return makeIdleTelemetry({ ...consent, enabled: false, problem })
}

class FollowingTelemetry implements Telemetry {
  readonly #parts: ConsentParts
  #consent: Consent
  #recorder: Telemetry
  #checked_at = performance.now()
  #timer: NodeJS.Timeout | null = null
  #formerClosed: Promise<void> | null = null
  #closed: Promise<void> | null = null

  constructor(parts: ConsentParts) {
    this.#parts = parts
    this.#consent = parts.consent
    this.#recorder = this.#open(parts.consent)
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
    return this.#recorder.flush(deadline_ms)
  }

  close(deadline_ms: number): Promise<void> {
    this.#stopTimer()
    this.#closed ??= Promise.all([this.#recorder.close(deadline_ms), this.#formerClosed]).then(() => undefined)
    return this.#closed
  }

  snapshot(): TelemetrySnapshot {
    return this.#current().snapshot()
  }

  #current(): Telemetry {
    if (performance.now() - this.#checked_at >= CHECK_MS) void this.#check()
    return this.#recorder
  }

  async #check(): Promise<void> {
    this.#checked_at = performance.now()
    const consent = await this.#parts.decide()
    // Off and on again gives another date, before which nothing may be sent.
    const { enabled, since, local } = this.#consent
    const isSame = consent.enabled === enabled && consent.since === since && consent.local === local
    if (isSame) return
    if (this.#closed) this.#consent = consent
    else this.#switchTo(consent)
  }

  #switchTo(consent: Consent): void {
    const former = this.#recorder
    this.#consent = consent
    this.#parts.warn(consent.problem ?? describeSwitch(consent))
    this.#stopTimer()
    this.#recorder = this.#open(consent)
    this.#formerClosed = former.close(0)
  }

  #open(consent: Consent): Telemetry {
    const isAllowed = async () => {
      await this.#check()
      return this.#consent === consent
    }
    const recorder = openOrIdle(this.#parts, consent, isAllowed)
    if (recorder.enabled) this.#timer = setInterval(() => void this.#check(), CHECK_MS).unref()
    return recorder
  }

  #stopTimer(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }
}

function isStored({ source }: Consent): boolean {
  return source === 'default' || source.startsWith('orch telemetry')
}

function openOrIdle({ open, warn }: ConsentParts, consent: Consent, isAllowed: () => Promise<boolean>): Telemetry {
  if (!consent.enabled) return makeIdleTelemetry(consent)
  try {
    return open(consent, isAllowed)
  } catch (error) {
    return makeUnableTelemetry(consent, error, warn)
  }
}

function describeSwitch({ enabled, local, detail }: Consent): string {
  if (local)
    return `Telemetry is local now (${detail}): tasks that start from now on are recorded, and nothing is sent.`
  return enabled
    ? `Telemetry was turned on (${detail}): tasks that start from now on are recorded.`
    : `Telemetry was turned off (${detail}): nothing more is recorded or sent.`
}
