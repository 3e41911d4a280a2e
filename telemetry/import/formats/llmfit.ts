import { z } from 'zod'
import { modelRefOfGguf, modelRefOfName, quantizationOfGguf } from '../../../contracts/names/model_ref.ts'
import type { Findings } from '../findings.ts'
import { dayOf, hasKeys, parseDocument, placeOf, readEach } from '../reading.ts'
import type { Draft, Format, InputDocument } from '../types.ts'

const help = `Reads the community results of llmfit: one run for each model, the mean of numRuns.

  tokens_out       avgOutputTokens; the length of the prompt is not stated
  first_token_ms   avgTtftMs, where it was measured
  total_time_ms    avgTotalMs
  decode_time_ms   avgTotalMs − avgTtftMs, where the latter is there
  model_ref, engine   model, provider
  gpu_name, gpu_count, vram_total_mb   hardware
  ts               the day of the submission

Left out: results of CPUs.`

const number = z.number().nullish()

/** AlexsJones/llmfit llmfit-core/data/community, schemaVersion 1 (2026-08 to 2026-11). */
const Submission = z.object({
  submittedAtUnix: z.number(),
  hardware: z.object({
    hwClass: z.string().optional(),
    hardwareName: z.string().min(1),
    vramGb: number,
    gpuCount: z.int().min(1).nullish(),
  }),
  results: z.array(
    z.object({
      model: z.string().min(1),
      provider: z.string(),
      numRuns: z.int().min(1),
      avgTps: number,
      avgTtftMs: number,
      avgTotalMs: number,
      avgOutputTokens: number,
    }),
  ),
})
type Submission = z.infer<typeof Submission>

const ENGINES: Record<string, string> = {
  llamacpp: 'llama.cpp',
  'llama.cpp': 'llama.cpp',
  ollama: 'ollama',
  mlx: 'mlx',
  lmstudio: 'lm-studio',
  vllm: 'vllm',
}

/** llmfit, which measures the models that fit a machine. */
export const llmfit: Format = {
  name: 'llmfit',
  summary: 'llmfit: community submissions',
  unit: 'run',
  detect: ({ value }) => hasKeys(value, 'hardware', 'results', 'submittedAtUnix'),
  help,
  read: (documents) => readEach(documents, readSubmission),
}

function readSubmission(document: InputDocument, findings: Findings): Draft[] {
  const submission = parseDocument(Submission, document, 'llmfit', findings)
  if (!submission) return []
  const { hwClass = '' } = submission.hardware
  if (/^CPU/i.test(hwClass)) {
    findings.skip(placeOf(document), submission.results.length, `not on the GPU: hwClass is ${hwClass}`)
    return []
  }
  return submission.results.map((result, index) => toDraft(document, submission, result, index + 1))
}

function toDraft(
  document: InputDocument,
  { hardware, submittedAtUnix }: Submission,
  result: Submission['results'][number],
  number: number,
): Draft {
  const { avgTtftMs, avgTotalMs, avgOutputTokens } = result
  const isFile = /\.gguf$/i.test(result.model)
  return {
    kind: 'run',
    facts: {
      ts: dayOf(submittedAtUnix),
      model_ref: isFile ? modelRefOfGguf(result.model) : modelRefOfName(result.model),
      quantization: isFile ? quantizationOfGguf(result.model) : undefined,
      engine: ENGINES[result.provider],
      gpu_name: hardware.hardwareName,
      gpu_count: hardware.gpuCount ?? 1,
      vram_total_mb: hardware.vramGb ? Math.round(hardware.vramGb * 1024) : undefined,
      measurement_type: 'single_stream',
      concurrency: 1,
    },
    figures: {
      tokens_in: null,
      tokens_out: avgOutputTokens ? Math.round(avgOutputTokens) : null,
      first_token_ms: avgTtftMs ?? null,
      decode_time_ms: avgTtftMs && avgTotalMs ? Math.max(avgTotalMs - avgTtftMs, 0) : null,
      total_time_ms: avgTotalMs ?? null,
      runs: result.numRuns,
    },
    identity: { tool: 'llmfit', parts: [{ row: document.value, number }] },
    place: { ...placeOf(document), item: `result ${number}` },
    units: 1,
  }
}
