import { z } from 'zod'
import { modelRefOfName } from '../../../contracts/names/model_ref.ts'
import type { Findings } from '../findings.ts'
import { dayOf, hasKeys, parseDocument, placeOf, readEach } from '../reading.ts'
import { findNoRun, type Spread, type Summary, toRunFigures } from '../serving/summary.ts'
import type { Draft, Facts, Format, InputDocument } from '../types.ts'

const help = `Reads benchmarks.json of guidellm: each request that it kept is a sample; a benchmark that kept none is one run.

  tokens_in        prompt_tokens; tokens_out  output_tokens (in a run the means of their counts)
  first_token_ms   time_to_first_token_ms
  decode_time_ms   request_latency − time_to_first_token_ms (in a run inter_token_latency_ms × (tokens_out − 1))
  output_tps       output_tokens_per_second
  ts               the day of start_time; model_ref  the model of the backend
  concurrency      streams of the strategy, else the mean in flight
  engine, gpu_name not in the file: pass --engine and --gpu

Texts of requests and answers are never read.`

const number = z.number().nullish()
const Distribution = z
  .object({
    successful: z.object({
      mean: number,
      percentiles: z.object({ p50: number, p90: number, p95: number, p99: number }).nullish(),
    }),
  })
  .nullish()
type Distribution = z.infer<typeof Distribution>

const Strategy = z.object({ type_: z.string().optional(), streams: z.int().min(1).nullish(), rate: number }).nullish()

/** A request, in the names of guidellm 0.2 to 0.8; request_latency is in seconds. */
const Request = z.object({
  prompt_tokens: number,
  output_tokens: number,
  time_to_first_token_ms: number,
  request_latency: number,
})

/** One benchmark of a report (vllm-project/guidellm src/guidellm/benchmark, 2025-04 to 2026-11). */
const Benchmark = z.looseObject({
  start_time: number,
  duration: number,
  config: z.looseObject({ strategy: Strategy }).nullish(),
  args: z.looseObject({ strategy: Strategy }).nullish(),
  scheduler: z.looseObject({ strategy: Strategy }).nullish(),
  requests: z.object({ successful: z.array(z.unknown()).nullish() }).nullish(),
  metrics: z.object({
    request_totals: z.object({ successful: number }).nullish(),
    request_concurrency: Distribution,
    request_latency: Distribution,
    prompt_token_count: Distribution,
    output_token_count: Distribution,
    time_to_first_token_ms: Distribution,
    inter_token_latency_ms: Distribution,
    output_tokens_per_second: Distribution,
  }),
})
type Benchmark = z.infer<typeof Benchmark>

const Report = z.looseObject({ benchmarks: z.array(Benchmark) })

/** The benchmark of the vLLM project for servers. */
export const guidellm: Format = {
  name: 'guidellm',
  summary: 'guidellm: benchmarks.json',
  unit: 'request',
  detect: ({ value }) =>
    hasKeys(value, 'benchmarks') &&
    Array.isArray(value.benchmarks) &&
    hasKeys(value.benchmarks[0], 'metrics', 'requests'),
  help,
  read: (documents) => readEach(documents, readReport),
}

function readReport(document: InputDocument, findings: Findings): Draft[] {
  const report = parseDocument(Report, document, 'guidellm', findings)
  return (report?.benchmarks ?? []).flatMap((benchmark, index) => {
    const facts = factsOf(benchmark, report)
    const rows = benchmark.requests?.successful ?? []
    return rows.length > 0
      ? rows.flatMap((row, at) => readRequest(document, row, at + 1, facts, benchmark, findings))
      : readSummary(document, benchmark, index + 1, facts, findings)
  })
}

function readRequest(
  document: InputDocument,
  row: unknown,
  at: number,
  facts: Facts,
  { metrics }: Benchmark,
  findings: Findings,
): Draft[] {
  const place = { ...placeOf(document), item: `request ${at}` }
  const request = Request.safeParse(row).data
  if (!request?.time_to_first_token_ms || !request.request_latency) {
    findings.skip(place, 1, 'no time to the first token: run guidellm with streaming')
    return []
  }
  const { time_to_first_token_ms: ttft, request_latency, prompt_tokens, output_tokens } = request
  const output_tps = metrics.output_tokens_per_second?.successful.mean || undefined
  return [
    {
      kind: 'sample',
      facts: { ...facts, timing_source: 'client' },
      figures: {
        tokens_in: Math.round(prompt_tokens ?? 0),
        tokens_out: Math.round(output_tokens ?? 0),
        first_token_ms: ttft,
        decode_time_ms: Math.max(request_latency * 1000 - ttft, 0),
        exit: 'ok',
        output_tps,
      },
      identity: { tool: 'guidellm', parts: [{ row, number: at }] },
      place,
      units: 1,
    },
  ]
}

function readSummary(
  document: InputDocument,
  benchmark: Benchmark,
  number: number,
  facts: Facts,
  findings: Findings,
): Draft[] {
  const place = { ...placeOf(document), item: `benchmark ${number}` }
  const summary = summaryOf(benchmark)
  const reason = findNoRun(summary)
  if (reason) {
    findings.skip(place, 1, reason)
    return []
  }
  const identity = { tool: 'guidellm', parts: [{ row: document.value, number }] }
  const { measurement_type, concurrency, ...shared } = facts
  return [{ kind: 'run', facts: shared, figures: toRunFigures(summary), identity, place, units: 1 }]
}

function factsOf(benchmark: Benchmark, report: unknown): Facts {
  const model = findModel(benchmark) ?? findModel(report)
  const streams = streamsOf(benchmark)
  return {
    ts: dayOf(benchmark.start_time),
    model_ref: model === undefined ? undefined : modelRefOfName(model),
    concurrency: streams,
    measurement_type: streams === 1 ? 'single_stream' : 'batched_online',
  }
}

/** The model of the backend, which every version keeps in another place. */
function findModel(value: unknown): string | undefined {
  for (const path of [
    'config.backend.model',
    'benchmarker.backend.model',
    'config.spec.backend.model',
    'worker.backend_model',
    'args.model',
  ]) {
    const found = path
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value)
    if (typeof found === 'string' && found !== '') return found
  }
  return undefined
}

function strategyOf({ config, args, scheduler }: Benchmark) {
  return config?.strategy ?? args?.strategy ?? scheduler?.strategy
}

function streamsOf(benchmark: Benchmark): number | undefined {
  const strategy = strategyOf(benchmark)
  return strategy?.type_ === 'synchronous' ? 1 : (strategy?.streams ?? undefined)
}

function summaryOf(benchmark: Benchmark): Summary {
  const { metrics, duration } = benchmark
  const e2e = spreadOf(metrics.request_latency)
  return {
    requests: metrics.request_totals?.successful,
    tokens_in: metrics.prompt_token_count?.successful.mean,
    tokens_out: metrics.output_token_count?.successful.mean,
    ttft: spreadOf(metrics.time_to_first_token_ms),
    tpot: spreadOf(metrics.inter_token_latency_ms),
    e2e: Object.fromEntries(Object.entries(e2e).map(([key, seconds]) => [key, seconds && seconds * 1000])),
    max_concurrency: streamsOf(benchmark),
    mean_concurrency: metrics.request_concurrency?.successful.mean,
    request_rate: strategyOf(benchmark)?.rate,
    output_tps: metrics.output_tokens_per_second?.successful.mean,
    duration_ms: duration && duration * 1000,
  }
}

function spreadOf(distribution: Distribution): Spread {
  const { mean, percentiles } = distribution?.successful ?? {}
  return { mean, p50: percentiles?.p50, p90: percentiles?.p90, p95: percentiles?.p95, p99: percentiles?.p99 }
}
