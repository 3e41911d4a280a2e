import type { ServingRow } from '../../contracts/tables.ts'
import { costSpeed } from '../lib/cost.ts'
import { formatValue, shorten } from '../lib/format.ts'
import { groupBy } from '../lib/group_by.ts'
import type { Configuration, Level, ServingModel } from '../lib/serving/types.ts'
import { allAnswers } from './answers.ts'
import { modelPath } from './catalog.ts'
import { published } from './published.ts'

let made: ServingModel[] | undefined

/** The data of /serving about every model whose speed or throughput a cost can follow from, sorted by name. */
export function allServing(): ServingModel[] {
  made ??= makeAll()
  return made
}

function makeAll(): ServingModel[] {
  const rows = groupBy(published('serving'), (row) => modelPath(row.model_id).split('/')[1]!)
  return allAnswers()
    .map(({ runs, ...answers }) => ({
      ...answers,
      runs: runs.filter((run) => run.type === 'single_stream' && costSpeed(run)),
      configurations: toConfigurations(rows.get(answers.slug) ?? []),
    }))
    .filter(({ runs, configurations }) => runs.length > 0 || configurations.length > 0)
}

/** What all loads of a configuration have in common. */
function keyOf(row: ServingRow): string {
  const isOffline = row.measurement_type === 'batched_offline'
  return [deploymentOf(row), row.prompt_bucket, row.output_bucket, isOffline].join('|')
}

type Deployment = Pick<
  ServingRow,
  'source' | 'model_id' | 'quantization' | 'gpu_id' | 'gpu_count' | 'engine' | 'engine_backend'
>

function deploymentOf(row: Deployment): string {
  const { source, model_id, quantization, gpu_id, gpu_count, engine, engine_backend } = row
  return [source, model_id, quantization, gpu_id, gpu_count, engine, engine_backend].join('|')
}

function toConfigurations(rows: ServingRow[]): Configuration[] {
  return [...groupBy(rows, keyOf).values()].map((own) => {
    const row = own[0]!
    return {
      source: row.source,
      gpu: row.gpu_id,
      gpuCount: row.gpu_count,
      engine: row.engine,
      backend: row.engine_backend,
      quantization: row.quantization,
      prompt: row.prompt_bucket,
      output: row.output_bucket,
      isOffline: row.measurement_type === 'batched_offline',
      prefillTps: short(prefillOf(row)),
      levels: toLevels(own),
    }
  })
}

/** The levels by users. Of two at one load (a single user measured in two ways) the one with more observations stands. */
function toLevels(rows: ServingRow[]): Level[] {
  const byUsers = groupBy(rows, (row) => row.concurrency_p50)
  return [...byUsers.values()]
    .map((same) => toLevel(same.reduce((best, row) => (row.n > best.n ? row : best))))
    .filter(({ users }) => users >= 1)
    .sort((a, b) => a.users - b.users)
}

function toLevel(row: ServingRow): Level {
  return {
    id: matrixId(row),
    users: row.concurrency_p50,
    tps: short(row.decode_tps_p50),
    ttftMs: short(row.ttft_ms_p50),
    outputTps: shorten(row.output_tps_p50, formatValue),
    isDerived: row.output_tps_derived,
    powerW: short(row.power_p50_w),
    n: row.n,
    lastMonth: row.last_month,
  }
}

const short = (value: number | null) => (value === null ? null : shorten(value, formatValue))

type Loaded = Deployment & Pick<ServingRow, 'measurement_type' | 'concurrency_bucket'>
const loadedKey = (row: Loaded) => [deploymentOf(row), row.measurement_type, row.concurrency_bucket].join('|')
let ids: Map<string, string> | undefined

/** The row of the matrix, which pools prompt and output sizes, that a row of the table is part of. */
function matrixId(row: Loaded): string {
  ids ??= new Map(published('matrix').map((one) => [loadedKey(one), one.matrix_id]))
  return ids.get(loadedKey(row))!
}

let prefills: Map<string, number> | undefined

/** Prefill speed of one user on the same deployment, at the same prompt size; of its newest month. */
function prefillOf(row: ServingRow): number | null {
  const sized = (one: Deployment & Pick<ServingRow, 'prompt_bucket'>) => `${deploymentOf(one)}|${one.prompt_bucket}`
  prefills ??= new Map(
    published('cells')
      .filter((cell) => cell.measurement_type === 'single_stream' && cell.prefill_tps_p50 !== null)
      .sort((a, b) => (a.month < b.month ? -1 : 1))
      .map((cell) => [sized(cell), cell.prefill_tps_p50!]),
  )
  return prefills.get(sized(row)) ?? null
}

/** The model that /serving opens with: the one with most priced configurations under load. */
export function chooseServing(models: ServingModel[]): ServingModel {
  const first = models.toSorted((a, b) => weigh(b) - weigh(a) || b.runs.length - a.runs.length)[0]
  if (!first) throw new Error('serving.arrow and matrix.arrow: expected a row with a speed figure, found none.')
  return first
}

function weigh({ configurations, gpus }: ServingModel): number {
  const priced = new Set(gpus.filter(({ listings }) => listings.length > 0).map(({ id }) => id))
  return configurations.filter(({ gpu, isOffline, levels }) => priced.has(gpu) && !isOffline && levels.length > 1)
    .length
}
