import { z } from 'zod'
import { modelRefOfName } from '../../../contracts/names/model_ref.ts'
import type { Findings } from '../findings.ts'
import { dayOf, hasKeys, parseDocument, placeOf, readEach } from '../reading.ts'
import { findNoRun, type Spread, toRunFigures } from '../serving/summary.ts'
import type { Draft, Format, InputDocument } from '../types.ts'

const help = `Reads what token_benchmark_ray.py of LLMPerf writes: *_individual_responses.json (each request a sample) and *_summary.json (one
run). The first lacks model, day and concurrency, the second the requests.

  tokens_in        number_input_tokens; tokens_out  number_output_tokens
  first_token_ms   ttft_s × 1000
  decode_time_ms   (end_to_end_latency_s − ttft_s) × 1000 (in a run the mean time between tokens × (tokens_out − 1))
  output_tps       results_mean_output_throughput_token_per_s
  exit             error if error_code is set (reject for 429), else ok

Not in the files: pass --engine, --gpu, and --model and --date where they are missing.`

/** ray-project/llmperf src/llmperf/common_metrics.py and token_benchmark_ray.py (2023-12 to 2026-11); times in seconds. */
const Response = z.object({
  error_code: z.union([z.string(), z.number()]).nullish(),
  ttft_s: z.number().min(0),
  end_to_end_latency_s: z.number().min(0),
  number_input_tokens: z.int().min(0),
  number_output_tokens: z.int().min(0),
})

const Run = z.looseObject({
  model: z.string().min(1),
  timestamp: z.number().nullish(),
  num_concurrent_requests: z.int().min(1).nullish(),
  mean_input_tokens: z.number().nullish(),
  mean_output_tokens: z.number().nullish(),
  results_num_completed_requests: z.number().nullish(),
  results_mean_output_throughput_token_per_s: z.number().nullish(),
})
type Run = z.infer<typeof Run>

/** LLMPerf of the Ray project. */
export const llmperf: Format = {
  name: 'llmperf',
  summary: 'LLMPerf: *_individual_responses.json, *_summary.json',
  unit: 'request',
  detect: ({ value }) =>
    hasKeys(value, 'ttft_s', 'end_to_end_latency_s', 'number_output_tokens') ||
    hasKeys(value, 'model', 'results_ttft_s_mean'),
  help,
  read: (documents) =>
    readEach(documents, (document, findings) =>
      hasKeys(document.value, 'ttft_s') ? readResponse(document, findings) : readRun(document, findings),
    ),
}

function readResponse(document: InputDocument, findings: Findings): Draft[] {
  const response = parseDocument(Response, document, 'LLMPerf', findings)
  if (!response) return []
  const { error_code, ttft_s, end_to_end_latency_s, number_input_tokens, number_output_tokens } = response
  const failed = error_code !== null && error_code !== undefined
  if (!failed && ttft_s === 0) {
    findings.skip(placeOf(document), 1, 'no first token and no error')
    return []
  }
  return [
    {
      kind: 'sample',
      facts: { measurement_type: 'batched_online', timing_source: 'client' },
      figures: {
        tokens_in: number_input_tokens,
        tokens_out: number_output_tokens,
        first_token_ms: ttft_s > 0 ? ttft_s * 1000 : null,
        decode_time_ms: ttft_s > 0 ? Math.max(end_to_end_latency_s - ttft_s, 0) * 1000 : null,
        exit: failed ? (String(error_code) === '429' ? 'reject' : 'error') : 'ok',
      },
      identity: { tool: 'llmperf', parts: [{ row: document.value, number: 1 }] },
      place: placeOf(document),
      units: 1,
    },
  ]
}

function readRun(document: InputDocument, findings: Findings): Draft[] {
  const run = parseDocument(Run, document, 'LLMPerf', findings)
  if (!run) return []
  const place = placeOf(document)
  const summary = {
    requests: run.results_num_completed_requests,
    tokens_in: meanOf(run, 'number_input_tokens') ?? run.mean_input_tokens,
    tokens_out: meanOf(run, 'number_output_tokens') ?? run.mean_output_tokens,
    ttft: spreadOf(run, 'ttft_s'),
    tpot: spreadOf(run, 'inter_token_latency_s'),
    e2e: spreadOf(run, 'end_to_end_latency_s'),
    max_concurrency: run.num_concurrent_requests,
    output_tps: run.results_mean_output_throughput_token_per_s,
  }
  const reason = findNoRun(summary)
  if (reason) {
    findings.skip(place, 1, reason)
    return []
  }
  const facts = { model_ref: modelRefOfName(run.model), ts: dayOf(run.timestamp) }
  const identity = { tool: 'llmperf', parts: [{ row: document.value, number: 1 }] }
  return [{ kind: 'run', facts, figures: toRunFigures(summary), identity, place, units: 1 }]
}

function meanOf(run: Run, name: string): number | undefined {
  const value = run[`results_${name}_mean`]
  return typeof value === 'number' ? value : undefined
}

function spreadOf(run: Run, name: string): Spread {
  const read = (statistic: string) => {
    const seconds = run[`results_${name}_${statistic}`]
    return typeof seconds === 'number' ? seconds * 1000 : undefined
  }
  return {
    mean: read('mean'),
    p50: read('quantiles_p50'),
    p90: read('quantiles_p90'),
    p95: read('quantiles_p95'),
    p99: read('quantiles_p99'),
  }
}
