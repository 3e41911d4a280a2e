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

/** Lookups in the catalogue: exact except for case; null if the name is unknown. */
export interface Catalogue {
  gpu: (name: string) => Gpu | null
  model: (name: string) => Model | null
  quantization: (label: string) => Quantization | null
  engine: (name: string) => string | null
}

/** Reads `<data>/catalog`. Throws if a file is missing or does not fit its contract. */
export function loadCatalogue(data: string): Catalogue {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(data, 'catalog', `${name}.json`), 'utf8'))
  const { models, quantizations } = ModelCatalog.parse(read('models'))
  const engine = index(EngineCatalog.parse(read('engines')).engines)
  return {
    gpu: index(GpuCatalog.parse(read('gpus')).gpus),
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
