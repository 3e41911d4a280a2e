import { readModelName, tellsOfModels } from '../engines/ask_model.ts'
import type { EngineIdentity, ModelFacts } from '../engines/types.ts'
import { ModelWatch } from './model_watch.ts'

/** How an engine is asked; neither function throws or costs a token. */
export interface EngineQuestions {
  identify: () => Promise<EngineIdentity>
  askModel: (identity: EngineIdentity, model: string) => Promise<ModelFacts>
  /** Called when another identity than the one before was found. */
  onChange: (found: EngineIdentity, before: EngineIdentity) => void
}

/** No engine takes another's place in less time, in ms, without breaking a connection. */
const LEAST_PAUSE_MS = 1_000
/** Engines whose list of models says which weights a name stands for. */
const NAMES_WEIGHTS = new Set(['vllm', 'nim'])
/** Names that are remembered as missing. */
const MAX_MISSING = 1_000

/**
 * What is known of the engine of an upstream, and whether that is up to date. It is not once a connection has failed or was
 * opened when there was none, as another engine may then have taken its place: a sample of a task waits for a new answer.
 */
export class EngineWatch {
  readonly #questions: EngineQuestions
  readonly #models: ModelWatch
  readonly #missing = new Set<string>()
  #identity: EngineIdentity
  #listed: ReadonlySet<string> = new Set()
  #suspicions = 0
  #is_current = false
  #asked_at = Number.NEGATIVE_INFINITY
  #asking: Promise<void> | null = null
  /** End the waiting of samples. */
  readonly #waiting = new Set<() => void>()
  #is_closed = false

  constructor(identity: EngineIdentity, questions: EngineQuestions) {
    this.#identity = identity
    this.#questions = questions
    this.#models = new ModelWatch((model) => questions.askModel(this.#identity, model))
  }

  get identity(): EngineIdentity {
    return this.#identity
  }

  /** A connection was opened and is the only one. */
  noteFirstConnection(): void {
    if (!this.#is_current || performance.now() - this.#asked_at > LEAST_PAUSE_MS) this.suspect()
  }

  /** Another engine may have taken the place of the one that is known. */
  suspect(): void {
    this.#suspicions += 1
    this.#is_current = false
    void this.ask()
  }

  /** Asks the engine who it is. Never rejects; questions that come together are asked once. */
  ask(): Promise<void> {
    this.#asking ??= this.#askUntilCurrent().finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  /** The identity once it is up to date, or is at least not known to be another one. */
  async current(): Promise<EngineIdentity> {
    if (!this.isCurrent) await this.untilClosed(this.ask())
    return this.#identity
  }

  /** Whether the identity is up to date, so that no one has to wait. */
  get isCurrent(): boolean {
    return this.#is_current && this.#asking === null
  }

  /** A task is sent: asks what its sample will need and the engine can tell by now, so that the sample need not wait for it. */
  prepare(model: string): void {
    if (!this.lists(model) && performance.now() - this.#asked_at > LEAST_PAUSE_MS) void this.askForMissing(model)
    if (this.#identity.engine === 'ollama') void this.factsOf(model)
  }

  /** Whether the engine lists a model by this name. */
  lists(name: string): boolean {
    return this.#listed.has(name) || (this.#identity.engine === 'ollama' && this.#listed.has(`${name}:latest`))
  }

  /** Asks again, once for each name, for a name that was not listed: it may stand for other weights, as an adapter's does. */
  askForMissing(model: string): Promise<void> | null {
    const { models, engine } = this.#identity
    if (models === undefined || !NAMES_WEIGHTS.has(engine) || this.#missing.has(model)) return null
    if (this.#missing.size >= MAX_MISSING) this.#missing.clear()
    this.#missing.add(model)
    return this.ask()
  }

  /** The answer to a question; undefined once the watch has closed, after which no sample waits for one. */
  untilClosed<T>(answer: Promise<T>): Promise<T | undefined> {
    if (this.#is_closed) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      const stop = () => resolve(undefined)
      this.#waiting.add(stop)
      void answer.then(resolve).finally(() => this.#waiting.delete(stop))
    })
  }

  close(): void {
    this.#is_closed = true
    for (const stop of this.#waiting) stop()
    this.#waiting.clear()
  }

  /** What the server reports of one model, or its name tells; null if neither does. */
  factsOf(model: string): ModelFacts | Promise<ModelFacts> | null {
    if (model === '' || !tellsOfModels(this.#identity)) return null
    return readModelName(this.#identity, model) ?? this.#models.get(model)
  }

  /** A suspicion that comes up while the engine is being asked is a reason to ask it again. */
  async #askUntilCurrent(): Promise<void> {
    for (let asked = -1; asked !== this.#suspicions; ) {
      asked = this.#suspicions
      await this.#askOnce()
    }
  }

  async #askOnce(): Promise<void> {
    this.#asked_at = performance.now()
    const found = await this.#questions.identify()
    if (this.#is_closed) return
    const before = this.#identity
    // An engine that is starting up may not report yet what it reported before.
    this.#is_current = found.source !== 'unreachable'
    if (!this.#is_current && before.engine !== 'unknown') return
    this.#identity = found
    this.#listed = new Set(found.models)
    this.#refreshModels(found, before)
    this.#questions.onChange(found, before)
  }

  #refreshModels(found: EngineIdentity, before: EngineIdentity): void {
    const isSame = found.engine === before.engine && found.engine_version === before.engine_version
    const isListAlike = found.models?.join('\n') === before.models?.join('\n')
    if (isSame && isListAlike) this.#models.refresh()
    // Other servers tell only of models that are loaded.
    else this.#models.restart(found.engine === 'ollama' ? (found.models ?? []) : [])
  }
}
