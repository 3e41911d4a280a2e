import { z } from 'zod'
import { modelRefOfName } from '../../../contracts/names/model_ref.ts'
import { Findings } from '../findings.ts'
import { dayOf, hasKeys, parseDocument, placeOf, toReading } from '../reading.ts'
import { findNoRun, type Spread, type Summary, toRunFigures } from '../serving/summary.ts'
import type { Draft, Facts, Format, InputDocument, Reading } from '../types.ts'

const help = `Reads profile_export.jsonl of AIPerf (one request a line: a sample each), and its profile_export_aiperf.json or
profile_export_genai_perf.json of GenAI-Perf (a summary: one run). Where both are given, the summary tells what the requests lack
(model, day, concurrency, GPU), and is not written itself.

  tokens_in        input_sequence_length; tokens_out  output_sequence_length
  first_token_ms   time_to_first_token (run with --streaming)
  decode_time_ms   request_latency − time_to_first_token (in a run inter_token_latency × (tokens_out − 1))
  output_tps       output_token_throughput
  exit             cancel if was_cancelled, error if error holds one (its text is never copied), else ok
  model_ref, concurrency   from input_config; ts from start_time
  gpu_name, gpu_count, power_w   from telemetry_data, if the run collected it
  engine           not in the file: pass --engine`

const Metric = z.object({ value: z.number() }).optional()

/** A line of profile_export.jsonl (ai-dynamo/aiperf docs/tutorials/working-with-profile-exports.md, read 2026-11). Times in ms. */
const Request = z.object({
  metadata: z.object({
    request_start_ns: z.number().optional(),
    benchmark_phase: z.string().optional(),
    was_cancelled: z.boolean().optional(),
  }),
  metrics: z
    .object({
      input_sequence_length: Metric,
      error_isl: Metric,
      output_sequence_length: Metric,
      time_to_first_token: Metric,
      request_latency: Metric,
    })
    .nullable(),
  error: z.object({}).nullish(),
})
type Request = z.infer<typeof Request>

const Statistic = z
  .object({
    avg: z.number().nullish(),
    p50: z.number().nullish(),
    p90: z.number().nullish(),
    p95: z.number().nullish(),
    p99: z.number().nullish(),
  })
  .nullish()
type Statistic = z.infer<typeof Statistic>

const names = z.union([z.string(), z.array(z.string())]).nullish()

/** The summary of AIPerf, and of GenAI-Perf before it, from which it stems. */
const Export = z.object({
  request_count: Statistic,
  request_latency: Statistic,
  time_to_first_token: Statistic,
  inter_token_latency: Statistic,
  output_token_throughput: Statistic,
  output_sequence_length: Statistic,
  input_sequence_length: Statistic,
  benchmark_duration: Statistic,
  start_time: z.string().nullish(),
  input_config: z
    .object({
      model_names: names,
      model: names,
      concurrency: z.int().min(1).nullish(),
      endpoint: z.object({ model_names: names }).nullish(),
      loadgen: z.object({ concurrency: z.int().min(1).nullish(), request_rate: z.number().nullish() }).nullish(),
      perf_analyzer: z.object({ stimulus: z.object({ concurrency: z.int().min(1).nullish() }).nullish() }).nullish(),
    })
    .nullish(),
  telemetry_data: z
    .object({
      endpoints: z.record(
        z.string(),
        z.object({
          gpus: z.record(
            z.string(),
            z.object({
              gpu_name: z.string().optional(),
              metrics: z.object({ gpu_power_usage: Statistic }).nullish(),
            }),
          ),
        }),
      ),
    })
    .nullish(),
})
type Export = z.infer<typeof Export>

/** AIPerf, and GenAI-Perf before it. */
export const aiperf: Format = {
  name: 'aiperf',
  summary: 'NVIDIA AIPerf and GenAI-Perf: profile_export.jsonl, profile_export_aiperf.json',
  unit: 'request',
  detect: (document) => isRequest(document) || isExport(document),
  help,
  read,
}

function isRequest({ value }: InputDocument): boolean {
  return hasKeys(value, 'metadata', 'metrics', 'error') && hasKeys(value.metadata, 'request_start_ns')
}

function isExport({ value }: InputDocument): boolean {
  return hasKeys(value, 'request_latency', 'output_sequence_length') && hasKeys(value.request_latency, 'avg')
}

function read(documents: readonly InputDocument[]): Reading {
  const findings = new Findings()
  const requests = documents.filter(isRequest)
  const exports = documents.filter((document) => !isRequest(document))
  const parsed = exports.flatMap((document) => {
    const value = parseDocument(Export, document, 'AIPerf', findings)
    return value ? [{ document, value }] : []
  })
  const isDetailed = requests.length > 0 && parsed.length === 1
  const facts = isDetailed ? factsOf(parsed[0]!.value) : {}
  if (isDetailed) findings.note(placeOf(parsed[0]!.document), 'the summary of the requests: read for what they lack')
  const drafts = [
    ...requests.flatMap((document) => readRequest(document, facts, findings)),
    ...(isDetailed ? [] : parsed.flatMap(({ document, value }) => readExport(document, value, findings))),
  ]
  return toReading(drafts, findings)
}

function readRequest(document: InputDocument, facts: Facts, findings: Findings): Draft[] {
  const request = parseDocument(Request, document, 'AIPerf', findings)
  if (!request || request.metadata.benchmark_phase === 'warmup') return []
  const place = placeOf(document)
  const exit = exitOf(request)
  const { input_sequence_length, error_isl, output_sequence_length, time_to_first_token, request_latency } =
    request.metrics ?? {}
  const [ttft, latency] = [time_to_first_token?.value, request_latency?.value]
  if (exit === 'ok' && (ttft === undefined || latency === undefined)) {
    findings.skip(place, 1, 'no time to the first token: run AIPerf with --streaming')
    return []
  }
  const start = request.metadata.request_start_ns
  return [
    {
      kind: 'sample',
      facts: {
        ts: start === undefined ? undefined : dayOf(start / 1e9),
        measurement_type: facts.concurrency === 1 ? 'single_stream' : 'batched_online',
        timing_source: 'client',
        ...facts,
      },
      figures: {
        tokens_in: Math.round(input_sequence_length?.value ?? error_isl?.value ?? 0),
        tokens_out: Math.round(output_sequence_length?.value ?? 0),
        first_token_ms: ttft ?? null,
        decode_time_ms: ttft !== undefined && latency !== undefined ? Math.max(latency - ttft, 0) : null,
        exit,
      },
      identity: { tool: 'aiperf', parts: [{ row: document.value, number: 1 }] },
      place,
      units: 1,
    },
  ]
}

function exitOf({ metadata, error }: Request) {
  if (metadata.was_cancelled) return 'cancel'
  return error ? 'error' : 'ok'
}

function readExport(document: InputDocument, value: Export, findings: Findings): Draft[] {
  const place = placeOf(document)
  const summary = summaryOf(value)
  const reason = findNoRun(summary)
  if (reason) {
    findings.skip(place, 1, reason)
    return []
  }
  findings.note(
    place,
    'only the summary of a run: written as one run; in profile_export.jsonl each request is a sample',
  )
  const { measurement_type, concurrency, ...facts } = factsOf(value)
  const identity = { tool: 'aiperf', parts: [{ row: document.value, number: 1 }] }
  const power = powerOf(value)
  const figures = { ...toRunFigures(summary), ...(power > 0 && { power_w: power }) }
  return [{ kind: 'run', facts, figures, identity, place, units: 1 }]
}

function factsOf({ input_config, start_time, telemetry_data }: Export): Facts {
  const name = firstOf(input_config?.endpoint?.model_names ?? input_config?.model_names ?? input_config?.model)
  const gpus = gpusOf(telemetry_data)
  const alike = new Set(gpus.map(({ gpu_name }) => gpu_name)).size === 1
  const concurrency = concurrencyOf(input_config) ?? undefined
  return {
    ts: dayOf(start_time),
    model_ref: name === undefined ? undefined : modelRefOfName(name),
    gpu_name: alike ? gpus[0]!.gpu_name : undefined,
    gpu_count: alike ? gpus.length : undefined,
    concurrency,
    measurement_type: concurrency === 1 ? 'single_stream' : 'batched_online',
  }
}

function firstOf(names: string | string[] | null | undefined): string | undefined {
  return (Array.isArray(names) ? names[0] : names) ?? undefined
}

function concurrencyOf(config: Export['input_config']) {
  return config?.loadgen?.concurrency ?? config?.perf_analyzer?.stimulus?.concurrency ?? config?.concurrency
}

function gpusOf(telemetry: Export['telemetry_data']) {
  return Object.values(telemetry?.endpoints ?? {}).flatMap(({ gpus }) => Object.values(gpus))
}

function powerOf({ telemetry_data }: Export): number {
  return gpusOf(telemetry_data).reduce((sum, { metrics }) => sum + (metrics?.gpu_power_usage?.avg ?? 0), 0)
}

function summaryOf(value: Export): Summary {
  const duration = value.benchmark_duration?.avg
  return {
    requests: value.request_count?.avg && Math.round(value.request_count.avg),
    tokens_in: value.input_sequence_length?.avg,
    tokens_out: value.output_sequence_length?.avg,
    ttft: spreadOf(value.time_to_first_token),
    tpot: spreadOf(value.inter_token_latency),
    e2e: spreadOf(value.request_latency),
    max_concurrency: concurrencyOf(value.input_config),
    request_rate: value.input_config?.loadgen?.request_rate,
    output_tps: value.output_token_throughput?.avg,
    duration_ms: duration && duration * 1000,
  }
}

function spreadOf(statistic: Statistic): Spread {
  const { avg, p50, p90, p95, p99 } = statistic ?? {}
  return { mean: avg, p50, p90, p95, p99 }
}
