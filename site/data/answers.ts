import type { MatrixRow } from '../../contracts/tables.ts'
import type { AnswerGpu, ModelAnswers, Run } from '../lib/answers/types.ts'
import { engineName, figuresBy, findGpu, gpuName, modelName, modelPath } from './catalog.ts'
import { costFiguresOf, figureOf } from './matrix.ts'
import { listingsOf } from './prices.ts'

/** The data of the answers about every model with a speed figure, sorted by name. */
export function allAnswers(): ModelAnswers[] {
  return figuresBy('model_id')
    .filter(([, rows]) => rows.some((row) => figureOf(row, 'decode_tps') ?? figureOf(row, 'e2e_tps')))
    .map(([id, rows]) => toAnswers(id, rows))
    .sort((a, b) => a.name.localeCompare(b.name))
}

function toAnswers(modelId: string, rows: MatrixRow[]): ModelAnswers {
  const distinct = (column: 'gpu_id' | 'engine') => [...new Set(rows.map((row) => row[column]))].sort()
  return {
    slug: modelPath(modelId).split('/')[1]!,
    name: modelName(modelId),
    gpus: distinct('gpu_id').map(toGpu),
    engines: distinct('engine').map((id) => ({ id, name: engineName(id) })),
    runs: rows.map(toRun),
  }
}

function toRun(row: MatrixRow): Run {
  const { prefill_tps: _unused, ...figures } = costFiguresOf(row)
  return {
    id: row.matrix_id,
    kind: row.kind,
    source: row.source,
    gpu: row.gpu_id,
    gpuCount: row.gpu_count,
    engine: row.engine,
    backend: row.engine_backend,
    quantization: row.quantization,
    type: row.measurement_type,
    load: row.concurrency_bucket,
    contributors: row.contributors,
    buckets: row.prompt_buckets.split(' '),
    lastMonth: row.last_month,
    figures,
    powerW: row.power_p50_w,
  }
}

function toGpu(id: string): AnswerGpu {
  const gpu = findGpu(id)
  return {
    id,
    name: gpuName(id),
    memoryGb: gpu?.memory_gb ?? null,
    tdpW: gpu?.tdp_w ?? null,
    listings: listingsOf(id),
  }
}
