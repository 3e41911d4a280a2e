import { z } from 'zod'
import { modelRefOfGguf, quantizationOfGguf } from '../../../contracts/names/model_ref.ts'
import type { Findings } from '../findings.ts'
import { dayOf, hasKeys, parseDocument, placeOf, readEach } from '../reading.ts'
import type { Draft, Format, InputDocument } from '../types.ts'

const help = `Reads answers of llama-server that hold its timings: one sample for each. The engine itself measured the times.

  tokens_in        cache_n + prompt_n; tokens_in_cached  cache_n
  first_token_ms   prompt_ms
  tokens_out       predicted_n
  decode_time_ms   predicted_ms
  speculative      true if draft_n is above 0
  model_ref, quantization   the base name of model
  engine_version   from system_fingerprint, else pass --engine-version
  ts               created, else pass --date

Not in the file: pass --gpu. The texts of prompts and answers are never read.`

/** llama.cpp tools/server (2024-06 to 2026-11), `result_timings::to_json`. */
const Answer = z.object({
  model: z.string().optional(),
  created: z.number().optional(),
  system_fingerprint: z.string().optional(),
  timings: z.object({
    cache_n: z.int().min(0).default(0),
    prompt_n: z.int().min(0),
    prompt_ms: z.number().min(0),
    predicted_n: z.int().min(0),
    predicted_ms: z.number().min(0),
    draft_n: z.int().min(0).optional(),
  }),
})

/** llama-server, by its own timings. */
export const llamaServer: Format = {
  name: 'llama-server',
  summary: 'llama.cpp: answers of llama-server with their timings',
  unit: 'request',
  detect: ({ value }) => hasKeys(value, 'timings') && hasKeys(value.timings, 'prompt_n', 'predicted_ms'),
  help,
  read: (documents) => readEach(documents, readAnswer),
}

function readAnswer(document: InputDocument, findings: Findings): Draft[] {
  const answer = parseDocument(Answer, document, 'llama-server', findings)
  if (!answer) return []
  const { timings, model = '', system_fingerprint = '' } = answer
  return [
    {
      kind: 'sample',
      facts: {
        model_ref: model === '' ? undefined : modelRefOfGguf(model),
        quantization: quantizationOfGguf(model),
        ts: dayOf(answer.created),
        engine: 'llama.cpp',
        engine_version: /^b\d+/.exec(system_fingerprint)?.[0],
        measurement_type: 'single_stream',
        concurrency: 1,
        timing_source: 'engine',
        speculative: timings.draft_n ? true : undefined,
      },
      figures: {
        tokens_in: timings.cache_n + timings.prompt_n,
        ...(timings.cache_n > 0 && { tokens_in_cached: timings.cache_n }),
        tokens_out: timings.predicted_n,
        first_token_ms: timings.prompt_ms,
        decode_time_ms: timings.predicted_ms,
        exit: 'ok',
      },
      identity: { tool: 'llama-server', parts: [{ row: timings, number: 1 }] },
      place: placeOf(document),
      units: 1,
    },
  ]
}
