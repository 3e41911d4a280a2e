import { z } from 'zod'
import { modelRefOfName } from '../../../contracts/names/model_ref.ts'
import type { Findings } from '../findings.ts'
import { hasKeys, parseDocument, placeOf, readEach } from '../reading.ts'
import { findNoRun, type Spread, toRunFigures } from '../serving/summary.ts'
import type { Draft, Format, InputDocument } from '../types.ts'

const help = `Reads the aggregated results of InferenceX (formerly InferenceMAX): one run each. Its raw results are those of vllm-bench.

  tokens_in, tokens_out   isl, osl (the lengths that were asked for)
  first_token_ms   mean_ttft × 1000, else median_ttft
  decode_time_ms   mean_tpot × 1000 × (osl − 1), else of the median
  output_tps       output_tput_per_gpu × the GPUs
  concurrency      conc
  gpu_name         hw, in the short names of the source; gpu_count  tp × pp
  engine, model_ref, quantization   framework, model, precision

Not in the file: pass --date, --engine-version.`

const number = z.number().nullish()
const count = z.coerce.number().int().min(1)

/** SemiAnalysisAI/InferenceX utils/process_result.py (2025-10 to 2026-11); times in seconds. */
const Result = z.looseObject({
  hw: z.string().min(1),
  conc: count,
  model: z.string().min(1),
  framework: z.string().min(1),
  precision: z.string().nullish(),
  tp: count,
  ep: z.coerce.number().int().nullish(),
  isl: z.coerce.number().int().min(0),
  osl: z.coerce.number().int().min(1),
  output_tput_per_gpu: number,
})
type Result = z.infer<typeof Result>

const GPUS: Record<string, string> = {
  h100: 'NVIDIA H100 80GB HBM3',
  h200: 'NVIDIA H200',
  b200: 'NVIDIA B200',
  b300: 'NVIDIA B300',
  gb200: 'NVIDIA GB200',
  gb300: 'NVIDIA GB300',
  mi300x: 'AMD Instinct MI300X',
  mi325x: 'AMD Instinct MI325X',
  mi355x: 'AMD Instinct MI355X',
}

const ENGINES: Record<string, string> = { trt: 'tensorrt-llm', trtllm: 'tensorrt-llm' }

/** InferenceX of SemiAnalysis. */
export const inferencex: Format = {
  name: 'inferencex',
  summary: 'InferenceX (InferenceMAX): aggregated results',
  unit: 'run',
  detect: ({ value }) => hasKeys(value, 'hw', 'conc', 'framework', 'isl', 'osl'),
  help,
  read: (documents) => readEach(documents, readResult),
}

function readResult(document: InputDocument, findings: Findings): Draft[] {
  const result = parseDocument(Result, document, 'InferenceX', findings)
  if (!result) return []
  const place = placeOf(document)
  const { output_tput_per_gpu: perGpu, tp } = result
  const summary = {
    tokens_in: result.isl,
    tokens_out: result.osl,
    ttft: spreadOf(result, 'ttft'),
    tpot: spreadOf(result, 'tpot'),
    e2e: spreadOf(result, 'e2el'),
    max_concurrency: result.conc,
    output_tps: perGpu && perGpu * tp,
  }
  const reason = findNoRun(summary)
  if (reason) {
    findings.skip(place, 1, reason)
    return []
  }
  const framework = result.framework.toLowerCase()
  const facts = {
    model_ref: modelRefOfName(result.model),
    engine: ENGINES[framework] ?? framework,
    gpu_name: GPUS[result.hw.toLowerCase().split('-')[0]!] ?? result.hw,
    gpu_count: tp,
    tensor_parallel: tp,
    expert_parallel: result.ep && result.ep > 0 ? result.ep : undefined,
    quantization: result.precision ?? undefined,
  }
  const identity = { tool: 'inferencex', parts: [{ row: document.value, number: 1 }] }
  return [{ kind: 'run', facts, figures: toRunFigures(summary), identity, place, units: 1 }]
}

function spreadOf(result: Result, name: string): Spread {
  const read = (statistic: string) => {
    const seconds = result[`${statistic}_${name}`]
    return typeof seconds === 'number' ? seconds * 1000 : undefined
  }
  return { mean: read('mean'), p50: read('median'), p90: read('p90'), p95: read('p95'), p99: read('p99') }
}
