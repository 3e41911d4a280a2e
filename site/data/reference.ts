import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EngineCatalog, GpuCatalog, ModelCatalog } from '../../contracts/catalog.ts'
import { METRICS, PROMPT_BUCKETS } from '../../contracts/metrics.ts'
import type { Names } from '../../contracts/name_index.ts'
import type { MatrixRow } from '../../contracts/tables.ts'
import { formatValue, shorten } from '../lib/format.ts'
import type { PublishedRow, Reference } from '../lib/my_numbers/reference.ts'
import { modelPath } from './catalog.ts'
import { projectRoot } from './folder.ts'
import { manifest, published } from './published.ts'

/** What the page of own numbers holds samples against: the published figures, and the names of the catalogue with their aliases. */
export function readReference(): Reference {
  return { names: readNames(), rows: published('matrix').map(toRow), contributors: manifest().policy.k }
}

function readNames(): Names {
  const { models, quantizations } = ModelCatalog.parse(readCatalog('models'))
  return {
    models: models.map(({ id, slug, name, aliases, default_quantization, active_params_b }) => ({
      id,
      slug,
      name,
      aliases,
      default_quantization,
      active_params_b,
    })),
    gpus: GpuCatalog.parse(readCatalog('gpus')).gpus.map(({ id, name, aliases, bandwidth_ceiling_gbps }) => ({
      id,
      name,
      aliases,
      bandwidth_ceiling_gbps,
    })),
    engines: EngineCatalog.parse(readCatalog('engines')).engines.map(({ id, name, aliases }) => ({
      id,
      name,
      aliases,
    })),
    quantizations: quantizations.map(({ id, aliases, bits_per_weight }) => ({ id, aliases, bits_per_weight })),
  }
}

function readCatalog(name: string): unknown {
  return JSON.parse(readFileSync(join(projectRoot(), 'data/catalog', `${name}.json`), 'utf8'))
}

function toRow(row: MatrixRow): PublishedRow {
  const figures = METRICS.flatMap((metric) => {
    const p50 = row[`${metric}_p50`]
    if (p50 === null) return []
    const at = (name: 'p25' | 'p75') => shorten(row[`${metric}_${name}`] ?? p50, formatValue)
    return [[metric, { n: row[`${metric}_n`] ?? 0, p25: at('p25'), p50: shorten(p50, formatValue), p75: at('p75') }]]
  })
  return {
    id: row.matrix_id,
    kind: row.kind,
    source: row.source,
    model: modelPath(row.model_id).split('/')[1]!,
    quantization: row.quantization,
    gpu: row.gpu_id,
    gpuCount: row.gpu_count,
    engine: row.engine,
    type: row.measurement_type,
    buckets: PROMPT_BUCKETS.filter((bucket) => row.prompt_buckets.split(' ').includes(bucket)),
    figures: Object.fromEntries(figures),
  }
}
