import type { Engine, Gpu, Model, Quantization } from './catalog.ts'

/** A raw name that the catalogue does not know. */
export interface Unknown {
  what: 'model' | 'gpu' | 'engine' | 'quantization'
  name: string
}

/** What a sample or curated row says about its set-up, in raw names. */
export interface RawNames {
  model_ref: string
  gpu_name: string
  engine: string
  quantization?: string | null | undefined
}

/** What finding names takes of the catalogue's entries. */
export type NamedModel = Pick<Model, 'id' | 'slug' | 'name' | 'aliases' | 'default_quantization' | 'active_params_b'>
export type NamedGpu = Pick<Gpu, 'id' | 'name' | 'aliases' | 'bandwidth_ceiling_gbps'>
export type NamedEngine = Pick<Engine, 'id' | 'name' | 'aliases'>
export type NamedQuantization = Pick<Quantization, 'id' | 'aliases' | 'bits_per_weight'>

/** The lists of the catalogue that names are found in. */
export interface Names {
  models: NamedModel[]
  gpus: NamedGpu[]
  engines: NamedEngine[]
  quantizations: NamedQuantization[]
}

export interface Resolved {
  model: NamedModel
  gpu: NamedGpu
  engine: string
  /** `unknown` where neither the sample nor the model's default says it. */
  quantization: string
  bits_per_weight: number | null
}

type Lookup<T> = Map<string, T>

/** Finds catalogue entries by id, name or alias, without regard to case. */
export class NameIndex {
  readonly #models: Lookup<NamedModel>
  readonly #gpus: Lookup<NamedGpu>
  readonly #engines: Lookup<string>
  readonly #quantizations: Lookup<NamedQuantization>

  constructor(catalog: Names) {
    this.#models = index(
      catalog.models,
      (model) => [model.id, ...model.aliases],
      (model) => model,
    )
    this.#gpus = index(
      catalog.gpus,
      (gpu) => [gpu.id, gpu.name, ...gpu.aliases],
      (gpu) => gpu,
    )
    this.#engines = index(
      catalog.engines,
      (engine) => [engine.id, ...engine.aliases],
      (engine) => engine.id,
    )
    this.#quantizations = index(
      catalog.quantizations,
      ({ id, aliases }) => [id, ...aliases],
      (entry) => entry,
    )
  }

  /** The canonical entries, or every name that is unknown. */
  resolve(raw: RawNames): { known: Resolved } | { unknown: Unknown[] } {
    const model = this.#findModel(raw.model_ref)
    const gpu = this.#gpus.get(fold(raw.gpu_name))
    const engine = this.#engines.get(fold(raw.engine))
    const label = raw.quantization ?? model?.default_quantization ?? null
    const quantization = label === null ? null : this.#quantizations.get(fold(label))
    if (model && gpu && engine && quantization !== undefined) {
      return {
        known: {
          model,
          gpu,
          engine,
          quantization: quantization?.id ?? 'unknown',
          bits_per_weight: quantization?.bits_per_weight ?? null,
        },
      }
    }
    const unknown: Unknown[] = []
    if (!model) unknown.push({ what: 'model', name: raw.model_ref })
    if (!gpu) unknown.push({ what: 'gpu', name: raw.gpu_name })
    if (!engine) unknown.push({ what: 'engine', name: raw.engine })
    if (quantization === undefined) unknown.push({ what: 'quantization', name: label! })
    return { unknown }
  }

  /** Every name by which an entry of a kind can be found, for the nearest candidates of an unknown one. */
  names(what: Unknown['what']): string[] {
    const maps = { model: this.#models, gpu: this.#gpus, engine: this.#engines, quantization: this.#quantizations }
    return [...maps[what].keys()]
  }

  /** `hf:org/repo/file` means the model of its repository unless the catalogue lists the file itself. */
  #findModel(reference: string): NamedModel | undefined {
    const name = fold(reference)
    const repository = /^hf:[^/]+\/[^/]+/.exec(name)?.[0]
    return (
      this.#models.get(name) ??
      this.#models.get(name.replace(/^hf:/, '')) ??
      (repository ? this.#models.get(repository) : undefined)
    )
  }
}

function index<T, V>(entries: T[], namesOf: (entry: T) => string[], entryOf: (entry: T) => V): Lookup<V> {
  return new Map(entries.flatMap((entry) => namesOf(entry).map((name) => [fold(name), entryOf(entry)] as const)))
}

function fold(name: string): string {
  return name.trim().toLowerCase()
}
