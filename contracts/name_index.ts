import type { Engine } from './catalog.ts'
import { GpuIndex, type NamedGpu } from './names/find_gpu.ts'
import { type FoundModel, ModelIndex, type NamedModel } from './names/find_model.ts'
import { type NamedQuantization, type Precision, PrecisionIndex } from './names/find_precision.ts'
import { fold } from './names/fold.ts'

export type { NamedGpu, NamedModel, NamedQuantization }

/**
 * Why a name leads nowhere: `unknown`, nothing is known by it; `generic`, it could mean any model; `ambiguous`, it means several things that
 * only more facts tell apart; `part`, it is a slice of a GPU or one that a host lends; `private`, its owner keeps it to themselves.
 */
export type NameFault = 'unknown' | 'generic' | 'ambiguous' | 'part' | 'private'

/** A raw name that cannot be understood. */
export interface Unknown {
  what: 'model' | 'gpu' | 'engine' | 'quantization'
  name: string
  why: NameFault
  /** What an ambiguous name may mean. */
  candidates: string[]
}

/** What a sample or benchmark row says about its configuration, in raw names. */
export interface RawNames {
  model_ref: string
  gpu_name: string
  engine: string
  /** `unknown` where it is known that nobody can tell: then the name says nothing either. */
  quantization?: string | null | undefined
  /** Memory of all GPUs, which tells variants of one name apart. */
  vram_total_mb?: number | null | undefined
  gpu_count?: number | null | undefined
}

export type NamedEngine = Pick<Engine, 'id' | 'name' | 'aliases'>

/** The lists of the catalogue that names are found in. */
export interface Names {
  models: NamedModel[]
  gpus: NamedGpu[]
  engines: NamedEngine[]
  quantizations: NamedQuantization[]
}

export interface Resolved {
  /** The catalogue's entry, or one made of the normal form of a name that the catalogue does not list. */
  model: NamedModel
  /** Whether the catalogue has the model. */
  listed: boolean
  gpu: NamedGpu
  engine: string
  /** `unknown` where neither the sample, nor the name, nor the model says it. */
  quantization: string
  bits_per_weight: number | null
}

type Listed = Extract<FoundModel, { listed: boolean }>
type Resolution = { known: Resolved } | { unknown: Unknown[] }

/** Engines that load a repository of the hub as it is stored. */
const LOADS_AS_STORED = new Set(['vllm', 'sglang', 'tgi', 'lmdeploy', 'transformers'])
/** What a repository of original weights may be called in a file of llama.cpp, whose 4-bit experts stay as they are. */
const SIXTEEN_BITS = new Set(['fp16', 'bf16', 'fp32', 'F16', 'BF16', 'F32', 'MXFP4_MOE'])
const UNKNOWN = 'unknown'
const MOST_REMEMBERED = 20_000

/** Understands names by the catalogue, and by the conventions of those who give them. */
export class NameIndex {
  readonly #models: ModelIndex
  readonly #gpus: GpuIndex
  readonly #engines: Map<string, string>
  readonly #quantizations: PrecisionIndex
  readonly #remembered = new Map<string, Resolution>()

  constructor(catalog: Names) {
    this.#models = new ModelIndex(catalog.models)
    this.#gpus = new GpuIndex(catalog.gpus)
    this.#engines = new Map(
      catalog.engines.flatMap(({ id, aliases }) => [id, ...aliases].map((name) => [fold(name), id] as const)),
    )
    this.#quantizations = new PrecisionIndex(catalog.quantizations)
  }

  /** The canonical entries, or every name that is not understood. */
  resolve(raw: RawNames): Resolution {
    const key = JSON.stringify([
      raw.model_ref,
      raw.gpu_name,
      raw.engine,
      raw.quantization ?? null,
      raw.vram_total_mb ?? null,
      raw.gpu_count ?? null,
    ])
    const remembered = this.#remembered.get(key)
    if (remembered !== undefined) return remembered
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear()
    const resolution = this.#resolve(raw)
    this.#remembered.set(key, resolution)
    return resolution
  }

  /** Every name by which an entry of a kind can be found exactly, for the nearest candidates of an unknown one. */
  names(what: Unknown['what']): string[] {
    if (what === 'model') return this.#models.names()
    if (what === 'gpu') return this.#gpus.names()
    return what === 'engine' ? [...this.#engines.keys()] : this.#quantizations.names()
  }

  #resolve(raw: RawNames): Resolution {
    const engine = this.#engines.get(fold(raw.engine))
    const model = this.#models.find(raw.model_ref, engine ?? raw.engine)
    const gpu = this.#gpus.find(raw.gpu_name, boardMemory(raw))
    const precision = this.#findPrecision(raw, model, engine ?? '')
    if ('model' in model && 'gpu' in gpu && engine !== undefined && precision !== undefined) {
      const { id: quantization, bits_per_weight } = precision ?? { id: UNKNOWN, bits_per_weight: null }
      return {
        known: { model: model.model, listed: model.listed, gpu: gpu.gpu, engine, quantization, bits_per_weight },
      }
    }
    const unknown: Unknown[] = []
    if ('not_found' in model) unknown.push(fault('model', raw.model_ref, model.not_found, model.candidates))
    if ('not_found' in gpu) unknown.push(fault('gpu', raw.gpu_name, gpu.not_found, gpu.candidates))
    if (engine === undefined) unknown.push(fault('engine', raw.engine, 'unknown'))
    if (precision === undefined) unknown.push(fault('quantization', raw.quantization!, 'unknown'))
    return { unknown }
  }

  /** What the sample says, else the name, else the model; null if none does, undefined if what the sample says cannot be understood. */
  #findPrecision(raw: RawNames, found: FoundModel, engine: string): Precision | null | undefined {
    const mlx = !LOADS_AS_STORED.has(engine) || /\bmlx\b/i.test(raw.model_ref)
    const said = raw.quantization == null ? null : this.#quantizations.ofLabel(raw.quantization, mlx)
    if (said === undefined || 'not_found' in found) return said
    if (raw.quantization === UNKNOWN) return this.#ofModel(found.model)
    const named = said ?? this.#quantizations.ofUnits(wordsOn(found, engine), mlx)
    const label = named === null ? defaultLabel(found, engine) : null
    const precision = label === null ? named : (this.#quantizations.ofLabel(label, false) ?? null)
    return precision === null ? null : this.#asStored(precision, found.model, engine)
  }

  #ofModel({ default_quantization: label }: NamedModel): Precision | null {
    return label === null ? null : (this.#quantizations.ofLabel(label, false) ?? null)
  }

  /** Files of llama.cpp that are called 16 bit keep the 4-bit experts of a model that was published with them. */
  #asStored(precision: Precision, model: NamedModel, engine: string): Precision {
    const stored = model.default_quantization
    if (stored !== 'mxfp4' || LOADS_AS_STORED.has(engine)) return precision
    const native = this.#quantizations.ofLabel(stored, false) ?? precision
    if (SIXTEEN_BITS.has(precision.id)) return native
    const least = [precision.bits_per_weight, native.bits_per_weight].filter((bits) => bits !== null)
    return { id: precision.id, bits_per_weight: least.length === 0 ? null : Math.min(...least) }
  }
}

/** The id of a repository speaks of the files in it, which an engine that loads others leaves aside. */
function wordsOn({ own_repository, units }: Listed, engine: string): string[] {
  return own_repository && !LOADS_AS_STORED.has(engine) ? [] : units
}

function defaultLabel(found: Listed, engine: string): string | null {
  const { model, tag_quantization, own_repository } = found
  if (tag_quantization !== null) return tag_quantization
  if (own_repository && LOADS_AS_STORED.has(engine) && model.stored_quantization) return model.stored_quantization
  return model.default_quantization
}

/** Memory of one GPU in MB. */
function boardMemory({ vram_total_mb, gpu_count }: RawNames): number | null {
  return vram_total_mb == null ? null : vram_total_mb / (gpu_count ?? 1)
}

function fault(what: Unknown['what'], name: string, why: NameFault, candidates: string[] = []): Unknown {
  return { what, name, why, candidates }
}
