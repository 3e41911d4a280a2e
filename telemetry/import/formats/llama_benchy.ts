import { z } from 'zod'
import { modelRefOfName } from '../../../contracts/names/model_ref.ts'
import type { Findings } from '../findings.ts'
import { dayOf, hasKeys, parseDocument, placeOf, readEach } from '../reading.ts'
import type { Draft, Format, InputDocument } from '../types.ts'

const help = `Reads the JSON report of llama-benchy (--save-result FILE --format json), which measures any server over its OpenAI API: one run for
each benchmark.

  tokens_in        context_size + prompt_size; tokens_out  response_size
  first_token_ms   the mean of e2e_ttft; none where the context was processed before and cached
  decode_time_ms   (response_size − 1) / the mean of tg_req_throughput
  output_tps       the mean of tg_throughput, where several requests ran at a time
  concurrency, runs   concurrency; how many values the means are of
  ts, model_ref    timestamp, model
  engine, gpu_name not in the file: pass --engine and --gpu

Left out: the phase that only loads the context.`

const Values = z.object({ mean: z.number().nullish(), values: z.array(z.number()).nullish() }).nullish()

/** eugr/llama-benchy src/llama_benchy/results.py and schemas/benchmark_report_schema.json (2026-01 to 2026-11). */
const Report = z.object({
  timestamp: z.string().nullish(),
  model: z.string().min(1),
  prefix_caching_enabled: z.boolean().nullish(),
  benchmarks: z.array(
    z.object({
      concurrency: z.int().min(1),
      context_size: z.int().min(0).default(0),
      prompt_size: z.int().min(0),
      response_size: z.int().min(0),
      is_context_prefill_phase: z.boolean().nullish(),
      tg_throughput: Values,
      tg_req_throughput: Values,
      e2e_ttft: Values,
    }),
  ),
})
type Report = z.infer<typeof Report>

/** llama-benchy: the tests of llama-bench against a server. */
export const llamaBenchy: Format = {
  name: 'llama-benchy',
  summary: 'llama-benchy: --save-result FILE --format json',
  unit: 'run',
  detect: ({ value }) =>
    hasKeys(value, 'model', 'benchmarks') &&
    Array.isArray(value.benchmarks) &&
    hasKeys(value.benchmarks[0], 'prompt_size', 'response_size'),
  help,
  read: (documents) => readEach(documents, readReport),
}

function readReport(document: InputDocument, findings: Findings): Draft[] {
  const report = parseDocument(Report, document, 'llama-benchy', findings)
  return (report?.benchmarks ?? []).flatMap((benchmark, index) =>
    readBenchmark(document, report!, benchmark, index + 1, findings),
  )
}

function readBenchmark(
  document: InputDocument,
  report: Report,
  benchmark: Report['benchmarks'][number],
  number: number,
  findings: Findings,
): Draft[] {
  const place = { ...placeOf(document), item: `benchmark ${number}` }
  const { concurrency, context_size, prompt_size, response_size, tg_throughput, tg_req_throughput, e2e_ttft } =
    benchmark
  const speed = (concurrency === 1 ? (tg_req_throughput ?? tg_throughput) : tg_req_throughput)?.mean
  const isCached = context_size > 0 && report.prefix_caching_enabled === true
  const ttft = isCached ? null : (e2e_ttft?.mean ?? null)
  if (benchmark.is_context_prefill_phase || (!speed && ttft === null)) {
    findings.skip(place, 1, benchmark.is_context_prefill_phase ? 'the phase that loads the context' : 'no times')
    return []
  }
  return [
    {
      kind: 'run',
      facts: {
        model_ref: modelRefOfName(report.model),
        ts: dayOf(report.timestamp),
        concurrency,
        measurement_type: concurrency === 1 ? 'single_stream' : 'batched_online',
      },
      figures: {
        tokens_in: context_size + prompt_size,
        tokens_out: response_size,
        first_token_ms: ttft,
        decode_time_ms: speed ? (Math.max(response_size - 1, 0) / speed) * 1000 : null,
        total_time_ms: null,
        runs: Math.max(1, Math.round((tg_req_throughput?.values ?? e2e_ttft?.values ?? []).length / concurrency)),
        output_tps: concurrency > 1 ? (tg_throughput?.mean ?? undefined) : undefined,
      },
      identity: { tool: 'llama-benchy', parts: [{ row: document.value, number }] },
      place,
      units: 1,
    },
  ]
}
