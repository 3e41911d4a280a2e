import { toCsv } from '../csv.ts'
import { quote } from '../question/sql.ts'
import { answerServing, type Option } from './answer.ts'
import type { ServingQuestion } from './state.ts'
import type { ServingModel } from './types.ts'

const HEAD = [
  ...['model', 'gpu', 'gpu_count', 'engine', 'engine_backend', 'quantization', 'prompt_bucket', 'output_bucket'],
  ...['machines', 'users_per_machine_at_most', 'users_of_a_machine', 'tps_per_user', 'ttft_ms', 'interpolated'],
  ...['usd_per_hour', 'usd_per_million_output', 'usd_per_million_input', 'joules_per_output_token', 'power_basis'],
  ...['source', 'cell'],
]

/** The configurations that hold the limits, cheapest first, as CSV: the columns of the table with their values unrounded. */
export function servingCsv(data: ServingModel, question: ServingQuestion): string {
  return toCsv(
    HEAD,
    answerServing(data, question).options.map((option) => toRow(data, option)),
  )
}

function toRow({ slug }: ServingModel, { configuration, capacity, machines, load, at, usdPerHour, economics }: Option) {
  const { gpu, gpuCount, engine, backend, quantization, prompt, output, source, levels } = configuration
  return [
    ...[slug, gpu, gpuCount, engine, backend, quantization, prompt, output],
    ...[machines, capacity.users, load, at?.tps, at?.ttftMs, at ? at.between !== null : null],
    ...[usdPerHour, economics.output, economics.input, economics.energy?.joules, economics.energy?.power.basis],
    ...[source, (at?.level ?? levels[0]!).id],
  ]
}

/** The measured loads that a question is answered from, as a query over the published tables. */
export function servingSql(question: ServingQuestion): string {
  const { model, prompt, output, isOffline, quantization, slo } = question
  const conditions = [
    `slug = ${quote(model)}`,
    `measurement_type ${isOffline ? '=' : '<>'} 'batched_offline'`,
    `prompt_bucket = ${quote(prompt)}`,
    `output_bucket = ${quote(output)}`,
    quantization !== '' && `quantization = ${quote(quantization)}`,
    slo.ttftMs !== null && `ttft_ms_p50 <= ${slo.ttftMs}`,
    slo.tps !== null && `coalesce(decode_tps_p50, output_tps_p50 / concurrency_p50) >= ${slo.tps}`,
  ].filter((condition) => condition !== false)
  return [
    'SELECT gpu_id, gpu_count, engine, engine_backend, quantization, concurrency_p50 AS users,',
    '  coalesce(decode_tps_p50, output_tps_p50 / concurrency_p50) AS tps_per_user, ttft_ms_p50, output_tps_p50, output_tps_per_gpu_p50, power_p50_w, n, serving.source, last_month',
    'FROM serving JOIN models USING (model_id)',
    `WHERE ${conditions.join('\n  AND ')}`,
    'ORDER BY gpu_id, gpu_count, engine, quantization, source, users',
  ].join('\n')
}
