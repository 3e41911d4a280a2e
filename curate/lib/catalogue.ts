import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  EngineCatalog,
  type Gpu,
  GpuCatalog,
  type Model,
  ModelCatalog,
  type Quantization,
} from '../../contracts/index.ts'
import { NameIndex } from '../../contracts/name_index.ts'

/** Lookups in the catalogue: exact except for case; null if the name is unknown. */
export interface Catalogue {
  gpu: (name: string) => Gpu | null
  model: (name: string) => Model | null
  quantization: (label: string) => Quantization | null
  engine: (name: string) => string | null
  /** A model and its weight format as `org/name` says them to an engine. Throws if the catalogue lacks the engine. */
  repository: (name: string, engine: string) => ServedModel
}

/** A model as a repository of weights names it. */
export interface ServedModel {
  /** The catalogue's id of the model if it has one, else `hf:` and the repository. */
  model_ref: string
  /** The weight format that the name tells, else that in which the repository is stored and the engine loads it; null if neither is known. */
  quantization: string | null
}

/** Reads `<data>/catalog`. Throws if a file is missing or does not fit its contract. */
export function loadCatalogue(data: string): Catalogue {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(data, 'catalog', `${name}.json`), 'utf8'))
  const { models, quantizations } = ModelCatalog.parse(read('models'))
  const { engines } = EngineCatalog.parse(read('engines'))
  const { gpus } = GpuCatalog.parse(read('gpus'))
  const engine = index(engines)
  return {
    gpu: index(gpus),
    repository: repositories(new NameIndex({ models, quantizations, engines, gpus }), gpus[0]!.name),
    model: index(models.map((model) => ({ ...model, aliases: [...model.aliases, model.id.slice('hf:'.length)] }))),
    quantization: index(quantizations),
    engine: (name) => engine(name)?.id ?? null,
  }
}

/** The catalogue's name of the GPU with this id. Throws if the catalogue lacks it. */
export function gpuNameOf(catalogue: Catalogue, id: string): string {
  const gpu = catalogue.gpu(id)
  if (gpu === null) throw new Error(`catalog/gpus.json: expected an entry with the id "${id}", found none; add it`)
  return gpu.name
}

interface Named {
  id: string
  name?: string
  aliases: readonly string[]
}

function index<T extends Named>(entries: readonly T[]): (name: string) => T | null {
  const byName = new Map<string, T>()
  for (const entry of entries) {
    for (const name of [entry.id, entry.name ?? entry.id, ...entry.aliases]) byName.set(name.toLowerCase(), entry)
  }
  return (name) => byName.get(name.toLowerCase()) ?? null
}

/** A name is understood together with a GPU, which says nothing about the model: any will do. */
function repositories(names: NameIndex, gpu_name: string): Catalogue['repository'] {
  return (name, engine) => {
    const found = names.resolve({ model_ref: `hf:${name}`, gpu_name, engine })
    if ('unknown' in found)
      throw new Error(
        `"${name}" on ${engine}: expected names that the catalogue understands; found ${JSON.stringify(found.unknown)}`,
      )
    const { model, listed, quantization } = found.known
    return {
      model_ref: listed ? model.id : `hf:${name}`,
      quantization: quantization === 'unknown' ? null : quantization,
    }
  }
}
