import { z } from 'zod'
import { CellRow, EngineRow, GpuRow, MatrixRow, ModelRow, PriceRow, SourceRow } from '../../../contracts/tables.ts'
import { COST_METRICS } from '../../lib/cost.ts'
import { groupBy } from '../../lib/group_by.ts'
import {
  cellPath,
  enginePath,
  figuresBy,
  findEngine,
  findGpu,
  findModel,
  findSource,
  gpuPath,
  modelPath,
} from '../catalog.ts'
import { economicsOf } from '../economics.ts'
import { cellsOf, manifest, published } from '../published.ts'
import { addressOf } from './address.ts'

/** The documents of the JSON interface, version 1. Rows are those of the published tables, with the contract's own column names. */

const page = z.string().meta({ title: 'Page', description: 'The page of the site with the same content.' })
const figures = z.array(MatrixRow).meta({ title: 'Figures', description: 'Rows of the table matrix.' })

const usd = (title: string) => z.number().meta({ title, unit: 'USD' })

const Cost = z
  .strictObject({
    usd_per_million_output_tokens: z.strictObject({
      p25: usd('25th percentile'),
      p50: usd('Median'),
      p75: usd('75th percentile'),
    }),
    speed_metric: z.enum(COST_METRICS).meta({ title: 'Speed', description: 'The speed that the cost follows from.' }),
    is_for_one_user: z.boolean().meta({
      title: 'One user',
      description: 'Whether one user had the GPUs; else all requests together paid for them.',
    }),
    usd_per_hour: usd('Rent of all GPUs per hour'),
    listed_gpu_count: z.int().meta({
      title: 'Listed GPUs',
      description: 'GPUs of the listing; where they are not those of the row, its price per GPU was multiplied.',
    }),
    provider: z.string().meta({ title: 'Provider', description: 'Who lists the machine.' }),
    as_of: z.string().meta({ title: 'As of', description: 'Day of the price.' }),
  })
  .meta({
    title: 'Cost',
    description:
      'Rent per million output tokens at full use, at the cheapest on-demand listing of a machine of that size, else the cheapest per GPU times the count; null without a listing, or without the throughput of all requests where there was more than one.',
  })

export const CellDocument = z
  .strictObject({
    page,
    row: MatrixRow,
    model: ModelRow.nullable(),
    gpu: GpuRow.nullable(),
    engine: EngineRow.nullable(),
    source: SourceRow.nullable().meta({ description: 'The curated source; null for community figures.' }),
    cells: z
      .array(CellRow)
      .meta({ title: 'Cells', description: 'The published cells that the row is rolled up from.' }),
    cost: Cost.nullable(),
  })
  .meta({ title: 'cell', description: 'One figure of the matrix with its model, GPU, engine, source and cells.' })
export const ModelDocument = z
  .strictObject({ page, model: ModelRow.nullable(), figures })
  .meta({ title: 'model', description: 'A model and its figures.' })
export const GpuDocument = z
  .strictObject({ page, gpu: GpuRow.nullable(), prices: z.array(PriceRow), figures })
  .meta({ title: 'gpu', description: 'A GPU, its rental prices and its figures.' })
export const EngineDocument = z
  .strictObject({ page, engine: EngineRow.nullable(), figures })
  .meta({ title: 'engine', description: 'An engine and its figures.' })

const addresses = z.record(z.string(), z.string())
export const IndexDocument = z
  .strictObject({
    version: z.literal(1),
    manifest: z.string().meta({ description: 'Address of the manifest: files, hashes, policy.' }),
    tables: addresses.meta({ description: 'CSV of each table, by name.' }),
    models: addresses.meta({ description: 'Document of each model, by its id.' }),
    gpus: addresses.meta({ description: 'Document of each GPU, by its id.' }),
    engines: addresses.meta({ description: 'Document of each engine, by its id.' }),
    cells: addresses.meta({ description: 'Document of each figure, by its matrix_id.' }),
  })
  .meta({ title: 'index', description: 'The addresses of all documents.' })

/** The documents by the name of their schema. */
export const DOCUMENTS = {
  index: IndexDocument,
  cell: CellDocument,
  model: ModelDocument,
  gpu: GpuDocument,
  engine: EngineDocument,
} as const

/** Tables that are served as CSV; the distributions (`bins`) are Arrow files, one per model. */
export const CSV_TABLES = [
  'matrix',
  'cells',
  'serving',
  'regressions',
  'sources',
  'gpus',
  'models',
  'quantizations',
  'engines',
  'aliases',
  'prices',
] as const

export function cellDocument(row: MatrixRow): z.infer<typeof CellDocument> {
  return {
    page: addressOf(cellPath(row.matrix_id)),
    row,
    model: findModel(row.model_id) ?? null,
    gpu: findGpu(row.gpu_id) ?? null,
    engine: findEngine(row.engine) ?? null,
    source: findSource(row.source) ?? null,
    cells: cellsOf(row.matrix_id),
    cost: costOf(row),
  }
}

function costOf(row: MatrixRow): z.infer<typeof Cost> | null {
  const own = economicsOf(row)
  if (!own?.cost) return null
  const { figure, rent } = own.cost
  return {
    usd_per_million_output_tokens: { p25: figure.p25, p50: figure.p50, p75: figure.p75 },
    speed_metric: own.metric,
    is_for_one_user: row.measurement_type === 'single_stream',
    usd_per_hour: rent.usdPerHour,
    listed_gpu_count: rent.listedGpus,
    provider: rent.provider,
    as_of: rent.asOf,
  }
}

export function modelDocument(id: string, rows: MatrixRow[]): z.infer<typeof ModelDocument> {
  return { page: addressOf(modelPath(id)), model: findModel(id) ?? null, figures: rows }
}

export function gpuDocument(id: string, rows: MatrixRow[]): z.infer<typeof GpuDocument> {
  const prices = groupBy(published('prices'), (price) => price.gpu_id).get(id) ?? []
  return { page: addressOf(gpuPath(id)), gpu: findGpu(id) ?? null, prices, figures: rows }
}

export function engineDocument(id: string, rows: MatrixRow[]): z.infer<typeof EngineDocument> {
  return { page: addressOf(enginePath(id)), engine: findEngine(id) ?? null, figures: rows }
}

export function indexDocument(): z.infer<typeof IndexDocument> {
  const list = (ids: string[], path: (id: string) => string) =>
    Object.fromEntries(ids.map((id) => [id, addressOf(`api/v1/${path(id)}`)]))
  const ids = (column: 'model_id' | 'gpu_id' | 'engine') => figuresBy(column).map(([id]) => id)
  const named = ids('engine').filter((id) => id !== 'any')
  return {
    version: manifest().schema_version,
    manifest: addressOf('data/manifest.json'),
    tables: list([...CSV_TABLES], (name) => `tables/${name}.csv`),
    models: list(ids('model_id'), (id) => modelPath(id).replace(/\/$/, '.json')),
    gpus: list(ids('gpu_id'), (id) => `gpus/${id}.json`),
    engines: list(named, (id) => `engines/${id}.json`),
    cells: list(
      published('matrix').map((row) => row.matrix_id),
      (id) => `cells/${id}.json`,
    ),
  }
}
