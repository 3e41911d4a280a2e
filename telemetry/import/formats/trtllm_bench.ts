import { z } from 'zod'
import { modelRefOfName } from '../../../contracts/names/model_ref.ts'
import type { Findings } from '../findings.ts'
import { hasKeys, parseDocument, placeOf, readEach } from '../reading.ts'
import { findNoRun, type Spread, type Summary, toRunFigures } from '../serving/summary.ts'
import type { Draft, Facts, Format, InputDocument } from '../types.ts'

const help = `Reads the report of trtllm-bench (--report_json FILE): one run. The text that it prints lacks the version, and without --streaming
the times; it is named, and not read.

  tokens_in, tokens_out   request_info.avg_input_length, avg_output_length
  first_token_ms   streaming_metrics.avg_ttft_ms (run with --streaming)
  decode_time_ms   streaming_metrics.avg_tpot_ms × (tokens_out − 1)
  total_time_ms    performance.avg_request_latency_ms
  output_tps       performance.system_output_throughput_tok_s
  concurrency      request_info.avg_num_concurrent_requests
  model_ref, quantization, engine_version   engine.model, quantization, version
  gpu_name, gpu_count   machine.name, world_info.world_size

Not in the file: pass --date.`

const number = z.number().nullish()
const text = z.string().nullish()

/** NVIDIA/TensorRT-LLM tensorrt_llm/bench/dataclasses/reporting.py, `get_statistics_dict` (2025-03 to 2026-11). */
const Report = z.object({
  engine: z.object({ model: z.string().min(1), version: text, quantization: text }),
  machine: z.object({ name: text }).nullish(),
  world_info: z.object({ tp_size: number, pp_size: number, ep_size: number, world_size: number }),
  request_info: z.object({
    num_requests: number,
    avg_num_concurrent_requests: number,
    avg_input_length: number,
    avg_output_length: number,
  }),
  performance: z.object({
    total_latency_ms: number,
    avg_request_latency_ms: number,
    system_output_throughput_tok_s: number,
    request_latency_percentiles_ms: z.record(z.string(), z.unknown()).nullish(),
  }),
  streaming_metrics: z
    .object({
      avg_ttft_ms: number,
      avg_tpot_ms: number,
      tpot_percentiles: z.record(z.string(), z.unknown()).nullish(),
      ttft_percentiles: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
  decoding_stats: z.unknown().optional(),
})
type Report = z.infer<typeof Report>

/** The benchmark of TensorRT-LLM. */
export const trtllmBench: Format = {
  name: 'trtllm-bench',
  summary: 'TensorRT-LLM: trtllm-bench … --report_json FILE',
  unit: 'run',
  detect: ({ form, value }) =>
    form === 'text'
      ? /^Total Output Throughput \(tokens\/sec\):/m.test(String(value))
      : hasKeys(value, 'world_info', 'request_info', 'performance'),
  help,
  read: (documents) => readEach(documents, readReport),
}

function readReport(document: InputDocument, findings: Findings): Draft[] {
  if (document.form === 'text') {
    findings.skip(
      placeOf(document),
      1,
      'the text of trtllm-bench holds too little: run it with --streaming --report_json FILE',
    )
    return []
  }
  const report = parseDocument(Report, document, 'trtllm-bench', findings)
  if (!report) return []
  const place = placeOf(document)
  const summary = summaryOf(report)
  const reason = findNoRun(summary)
  if (reason) {
    findings.skip(place, 1, reason)
    return []
  }
  const identity = { tool: 'trtllm-bench', parts: [{ row: document.value, number: 1 }] }
  return [{ kind: 'run', facts: factsOf(report), figures: toRunFigures(summary), identity, place, units: 1 }]
}

function factsOf({ engine, machine, world_info, decoding_stats }: Report): Facts {
  const quantization = engine.quantization && !/^no_?quant/i.test(engine.quantization) ? engine.quantization : undefined
  return {
    model_ref: modelRefOfName(engine.model),
    engine: 'tensorrt-llm',
    engine_version: engine.version ?? undefined,
    quantization: quantization?.toLowerCase(),
    gpu_name: machine?.name ?? undefined,
    gpu_count: world_info.world_size ?? undefined,
    tensor_parallel: world_info.tp_size ?? undefined,
    pipeline_parallel: world_info.pp_size ?? undefined,
    expert_parallel: world_info.ep_size && world_info.ep_size > 0 ? world_info.ep_size : undefined,
    speculative: decoding_stats ? true : undefined,
  }
}

function summaryOf({ request_info, performance, streaming_metrics }: Report): Summary {
  const { avg_ttft_ms, avg_tpot_ms, ttft_percentiles, tpot_percentiles } = streaming_metrics ?? {}
  return {
    requests: request_info.num_requests,
    tokens_in: request_info.avg_input_length,
    tokens_out: request_info.avg_output_length,
    ttft: spreadOf(avg_ttft_ms, ttft_percentiles),
    tpot: spreadOf(avg_tpot_ms, tpot_percentiles),
    e2e: spreadOf(performance.avg_request_latency_ms, performance.request_latency_percentiles_ms),
    mean_concurrency: request_info.avg_num_concurrent_requests,
    output_tps: performance.system_output_throughput_tok_s,
    duration_ms: performance.total_latency_ms,
  }
}

function spreadOf(mean: number | null | undefined, percentiles: Record<string, unknown> | null | undefined): Spread {
  const read = (key: string) => (typeof percentiles?.[key] === 'number' ? (percentiles[key] as number) : undefined)
  return { mean, p50: read('p50'), p90: read('p90'), p95: read('p95'), p99: read('p99') }
}
