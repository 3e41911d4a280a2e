import type { ModelFacts } from '../engines/types.ts'

/** Models of which facts are kept. */
const MAX_MODELS = 1_000
/** Models that are asked for before they are used. */
const MOST_AHEAD = 20

/** What a server reports of its models, one by one. */
export class ModelWatch {
  readonly #ask: (model: string) => Promise<ModelFacts>
  readonly #known = new Map<string, Promise<ModelFacts>>()
  readonly #used = new Set<string>()

  /** @param ask never rejects */
  constructor(ask: (model: string) => Promise<ModelFacts>) {
    this.#ask = ask
  }

  /** The facts of a model; asked once until they are refreshed. */
  get(model: string): Promise<ModelFacts> {
    if (this.#used.size < MAX_MODELS) this.#used.add(model)
    return this.#known.get(model) ?? this.#askFor(model)
  }

  /** Asks again for the models that were used since the last time, and forgets the others. */
  refresh(): void {
    for (const model of this.#known.keys()) if (!this.#used.has(model)) this.#known.delete(model)
    const used = [...this.#used]
    this.#used.clear()
    for (const model of used) void this.#askFor(model)
  }

  /** Forgets all, and asks for the first of these models, so that no sample has to wait for it. */
  restart(models: readonly string[]): void {
    this.#known.clear()
    this.#used.clear()
    for (const model of models.slice(0, MOST_AHEAD)) void this.#askFor(model)
  }

  /** Facts that are known stay until there are others. A model that the server does not know, or has not loaded, is asked for again. */
  #askFor(model: string): Promise<ModelFacts> {
    const asked = this.#ask(model)
    if (!this.#known.has(model)) this.#known.set(model, asked)
    void asked.then((facts) => {
      if (Object.values(facts).some((fact) => fact !== undefined)) this.#known.set(model, asked)
      else this.#known.delete(model)
    })
    return asked
  }
}
