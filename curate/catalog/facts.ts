import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A GPU as gathered in gpus.json; only the keys that are read. */
export interface RawGpu {
  id: string
  name: string
  vendor: string
  class: string
  memory_gb: number | null
  memory_shared?: boolean
  memory_bandwidth_gbps: number | null
  bandwidth_ceiling_gbps: number | null
  tdp_w: number | null
  released: number | null
  aliases: string[]
  source: string
  confidence: string
  note?: string
  variants?: RawVariant[]
}

/** A slower or differently equipped part that is sold under the same family name. */
export interface RawVariant {
  name: string
  memory_gb?: number
  memory_bandwidth_gbps: number
  bandwidth_ceiling_gbps?: number
  memory_options_gb?: number[]
  aliases?: string[]
  confidence?: string
  source?: string
}

/** A model as gathered in models.json; only the keys that are read. */
export interface RawModel {
  id: string
  name: string
  family: string
  params_b: number | null
  active_params_b: number | null
  is_moe: boolean | null
  aliases: string[]
  confidence: string
  id_confidence: string
  note?: string
}

/** A weight format as gathered in models.json. */
export interface RawQuantization {
  label: string
  bits_per_weight: number | null
  source: string
  confidence: string
  aliases?: string[]
  note?: string
}

/** A rental price as gathered in prices.json. */
export interface RawPrice {
  gpu: string
  count: number
  provider: string
  region: string | null
  term: string
  usd_per_hour: number
  as_of: string
  source: string
  note?: string
}

/** The gathered facts: the files gpus.json, models.json and prices.json of one folder. */
export interface Facts {
  gpus: RawGpu[]
  ambiguous_names: string[]
  models: RawModel[]
  quantisations: RawQuantization[]
  prices: RawPrice[]
}

/** Reads the three files of a facts folder. Throws if one is missing or not JSON. */
export function readFacts(folder: string): Facts {
  const gpus = readJson<{ gpus: RawGpu[]; ambiguous_names: { name: string }[] }>(folder, 'gpus.json')
  const models = readJson<{ models: RawModel[]; quantisations: RawQuantization[] }>(folder, 'models.json')
  const prices = readJson<{ rows: RawPrice[] }>(folder, 'prices.json')
  return {
    gpus: gpus.gpus,
    ambiguous_names: gpus.ambiguous_names.map((entry) => entry.name),
    models: models.models,
    quantisations: models.quantisations,
    prices: prices.rows,
  }
}

function readJson<T>(folder: string, name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T
}
