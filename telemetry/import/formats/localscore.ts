import { z } from 'zod'
import { modelRefOfGguf } from '../../../contracts/names/model_ref.ts'
import type { Findings } from '../findings.ts'
import { hasKeys, parseDocument, placeOf, readEach } from '../reading.ts'
import type { Draft, Format, InputDocument } from '../types.ts'

const help = `Reads the JSON result of LocalScore (localscore -o json): one run for each test.

  tokens_in        n_prompt; tokens_out  n_gen
  first_token_ms   ttft_ms
  decode_time_ms   n_gen / gen_tps
  total_time_ms    avg_time_ms
  model_ref, quantization   model.name, model.quant
  gpu_name, vram_total_mb   accelerator_info.name, memory_gb
  engine           llamafile; engine_version  runtime_info.version
  power_w          power_watts, where it is not 0

Not in the file: pass --date. Left out: results of CPUs.`

/** cjpais/LocalScore localscore/, the body of its submissions (2025-03 to 2026-11). */
const Result = z.object({
  runtime_info: z.object({ version: z.string().nullish() }).nullish(),
  accelerator_info: z.object({
    name: z.string().min(1),
    type: z.string().nullish(),
    memory_gb: z.number().nullish(),
  }),
  results: z.array(
    z.object({
      model: z.object({ name: z.string(), quant: z.string().nullish() }).nullish(),
      n_prompt: z.int().min(0),
      n_gen: z.int().min(0),
      avg_time_ms: z.number().nullish(),
      power_watts: z.number().nullish(),
      gen_tps: z.number().min(0),
      ttft_ms: z.number().min(0),
    }),
  ),
})
type Result = z.infer<typeof Result>

/** LocalScore, a llamafile that measures itself. */
export const localscore: Format = {
  name: 'localscore',
  summary: 'LocalScore: localscore -o json',
  unit: 'run',
  detect: ({ value }) => hasKeys(value, 'accelerator_info', 'results'),
  help,
  read: (documents) => readEach(documents, readResult),
}

function readResult(document: InputDocument, findings: Findings): Draft[] {
  const result = parseDocument(Result, document, 'LocalScore', findings)
  if (!result) return []
  if (result.accelerator_info.type?.toUpperCase() === 'CPU') {
    findings.skip(placeOf(document), result.results.length, 'not on the GPU: the accelerator is a CPU')
    return []
  }
  return result.results.map((test, index) => toDraft(document, result, test, index + 1))
}

function toDraft(document: InputDocument, result: Result, test: Result['results'][number], number: number): Draft {
  const { name, memory_gb } = result.accelerator_info
  return {
    kind: 'run',
    facts: {
      model_ref: test.model ? modelRefOfGguf(test.model.name) : undefined,
      quantization: test.model?.quant ?? undefined,
      engine: 'llamafile',
      engine_version: result.runtime_info?.version ?? undefined,
      gpu_name: name,
      gpu_count: 1,
      vram_total_mb: memory_gb ? Math.round(memory_gb * 1024) : undefined,
      measurement_type: 'single_stream',
      concurrency: 1,
    },
    figures: {
      tokens_in: test.n_prompt,
      tokens_out: test.n_gen,
      first_token_ms: test.ttft_ms || null,
      decode_time_ms: test.gen_tps > 0 ? (test.n_gen / test.gen_tps) * 1000 : null,
      total_time_ms: test.avg_time_ms ?? null,
      runs: 1,
      ...(test.power_watts && { power_w: test.power_watts }),
    },
    identity: { tool: 'localscore', parts: [{ row: document.value, number }] },
    place: { ...placeOf(document), item: `test ${number}` },
    units: 1,
  }
}
