import { modelRefOfName } from '../../../contracts/names/model_ref.ts'
import type { Findings } from '../findings.ts'
import { dayOf, placeOf, readEach } from '../reading.ts'
import { findNoRun, type Spread, type Summary, toRunFigures } from '../serving/summary.ts'
import type { Draft, Facts, Format, InputDocument } from '../types.ts'

const help = `Reads the table that vllm bench serve and sglang.bench_serving print at their end (“Serving Benchmark Result”): one run for each.
Their result files hold more: pass those if you have them.

  tokens_in, tokens_out   Total input tokens and Total generated tokens / Successful requests
  first_token_ms   Mean TTFT, else the median
  decode_time_ms   Mean TPOT, else the median (SGLang: the time between tokens) × (tokens_out − 1)
  output_tps       Output token throughput
  concurrency      Maximum request concurrency, else the mean in flight
  engine           Backend, where it names one; else pass --engine

Not in the text: pass --gpu, --date, --gpu-count, and --model unless the arguments of the benchmark stand above the table.`

/** vllm/benchmarks/serve.py and python/sglang/bench_serving.py, the printed summary (2024-06 to 2026-11). */
const HEAD = /^=+ Serving Benchmark Result =+$/m

const ENGINES: Record<string, string> = { sglang: 'sglang', 'sglang-oai': 'sglang', vllm: 'vllm', lmdeploy: 'lmdeploy' }

/** The printed summary of a serving benchmark. */
export const servingText: Format = {
  name: 'serving-text',
  summary: 'vLLM and SGLang: the “Serving Benchmark Result” that they print',
  unit: 'run',
  detect: ({ form, value }) => form === 'text' && HEAD.test(String(value)),
  help,
  read: (documents) => readEach(documents, readText),
}

function readText(document: InputDocument, findings: Findings): Draft[] {
  const [first = '', ...tables] = String(document.value).split(/^=+ Serving Benchmark Result =+$/m)
  // The arguments of a run are printed above its table, which is below the table of the run before.
  return tables.flatMap((table, index) =>
    readTable(document, index === 0 ? first : tables[index - 1]!, table, index + 1, findings),
  )
}

function readTable(document: InputDocument, above: string, table: string, number: number, findings: Findings): Draft[] {
  const place = { ...placeOf(document), item: `run ${number}` }
  const [own = ''] = table.split(/^=+$/m)
  const summary = summaryOf(own, above)
  const reason = findNoRun(summary)
  if (reason) {
    findings.skip(place, 1, reason)
    return []
  }
  const identity = { tool: 'serving-text', parts: [{ row: own, number }] }
  return [{ kind: 'run', facts: factsOf(own, above), figures: toRunFigures(summary), identity, place, units: 1 }]
}

function factsOf(own: string, above: string): Facts {
  const backend = wordAfter(own, 'Backend') ?? /\bbackend='([^']+)'/.exec(above)?.[1]
  const model = /\bmodel='([^']+)'/.exec(above)?.[1]
  return {
    engine: backend === undefined ? undefined : ENGINES[backend],
    model_ref: model === undefined ? undefined : modelRefOfName(model),
    ts: dayOf(/\b20\d\d-\d\d-\d\d\b/.exec(above)?.[0]),
  }
}

function summaryOf(own: string, above: string): Summary {
  const figure = (name: string, text = own) => toNumber(wordAfter(text, name))
  const requests = figure('Successful requests')
  const perRequest = (total: number | undefined) => (total && requests ? total / requests : undefined)
  const tpot = spreadOf(own, 'TPOT')
  return {
    requests,
    tokens_in: perRequest(figure('Total input tokens')),
    tokens_out: perRequest(figure('Total generated tokens')),
    ttft: spreadOf(own, 'TTFT'),
    tpot: tpot.mean || tpot.p50 ? tpot : spreadOf(own, 'ITL'),
    e2e: spreadOf(own, '(?:E2EL|E2E Latency)'),
    max_concurrency:
      figure('Max(?:imum)? request concurrency') ?? toNumber(wordAfter(above, 'Max(?:imum)? request concurrency')),
    mean_concurrency: figure('Concurrency'),
    request_rate: figure('Traffic request rate') ?? toNumber(wordAfter(above, 'Traffic request rate')),
    output_tps: figure('Output token throughput \\(tok/s\\)'),
    duration_ms: (figure('Benchmark duration \\(s\\)') ?? 0) * 1000 || undefined,
  }
}

function spreadOf(text: string, name: string): Spread {
  const read = (statistic: string) => toNumber(wordAfter(text, `${statistic} ${name} \\(ms\\)`))
  return { mean: read('Mean'), p50: read('Median'), p90: read('P90'), p95: read('P95'), p99: read('P99') }
}

function wordAfter(text: string, name: string): string | undefined {
  return new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(text)?.[1]
}

function toNumber(text: string | undefined): number | undefined {
  const value = Number(text)
  return text === undefined || !Number.isFinite(value) ? undefined : value
}
