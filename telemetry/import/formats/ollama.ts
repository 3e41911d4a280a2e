import { z } from 'zod'
import type { Findings } from '../findings.ts'
import { dayOf, hasKeys, parseDocument, placeOf, readEach } from '../reading.ts'
import type { Draft, Format, InputDocument } from '../types.ts'

const help = `Reads the answers of Ollama's API (/api/generate and /api/chat, streamed or not), and what ollama run --verbose prints: one sample
for each answer. The engine itself measured the times.

  tokens_in        prompt_eval_count; tokens_out  eval_count
  first_token_ms   load_duration + prompt_eval_duration
  decode_time_ms   eval_duration
  cold_start       true if load_duration is above 500 ms
  model_ref, ts    model, created_at; --verbose prints neither: pass --model and --date

Not in the file: pass --gpu. Left out: answers without prompt_eval_count, whose prompt was cached. The texts of prompts and
answers are never read. orch bench measures Ollama by itself.`

const NS_PER_MS = 1e6
/** Ollama reports the time of a look at a loaded model, too: some ms. The gateway draws the same line. */
const COLD_START_MS = 500

/** ollama api/types.go, GenerateResponse and ChatResponse (2024-01 to 2026-11); durations in ns. */
const Answer = z.object({
  model: z.string().min(1).optional(),
  created_at: z.string().optional(),
  load_duration: z.number().min(0).default(0),
  prompt_eval_count: z.int().min(0).optional(),
  prompt_eval_duration: z.number().min(0).default(0),
  eval_count: z.int().min(1),
  eval_duration: z.number().min(0),
})
type Answer = z.infer<typeof Answer>

/** Ollama, by its own timings. */
export const ollama: Format = {
  name: 'ollama',
  summary: 'Ollama: answers of its API, ollama run --verbose',
  unit: 'request',
  detect: ({ form, value }) =>
    form === 'text'
      ? /^eval rate:\s+[\d.]+ tokens\/s/m.test(String(value))
      : hasKeys(value, 'model', 'created_at', 'done'),
  help,
  read: (documents) => readEach(documents, readDocument),
}

function readDocument(document: InputDocument, findings: Findings): Draft[] {
  if (document.form === 'text') return readVerbose(document, findings)
  // A streamed answer: only its last piece holds the counts.
  if (hasKeys(document.value, 'done') && document.value.done !== true) return []
  const answer = parseDocument(Answer, document, 'Ollama', findings)
  return answer ? toDraft(document, answer, document.value, 1, findings) : []
}

function toDraft(document: InputDocument, answer: Answer, row: unknown, number: number, findings: Findings): Draft[] {
  const place = placeOf(document)
  if (answer.prompt_eval_count === undefined) {
    findings.skip(place, 1, 'no prompt_eval_count: the prompt was cached, the time to the first token is none')
    return []
  }
  const load = answer.load_duration / NS_PER_MS
  return [
    {
      kind: 'sample',
      facts: {
        model_ref: answer.model,
        ts: dayOf(answer.created_at),
        engine: 'ollama',
        measurement_type: 'single_stream',
        concurrency: 1,
        timing_source: 'engine',
      },
      figures: {
        tokens_in: answer.prompt_eval_count,
        tokens_out: answer.eval_count,
        first_token_ms: load + answer.prompt_eval_duration / NS_PER_MS,
        decode_time_ms: answer.eval_duration / NS_PER_MS,
        exit: 'ok',
        cold_start: load > COLD_START_MS,
      },
      identity: { tool: 'ollama', parts: [{ row, number }] },
      place,
      units: 1,
    },
  ]
}

/** Each answer ends with a block of lines (ollama cmd/cmd.go, `Summary`, 2024-01 to 2026-11); durations as Go writes them. */
function readVerbose(document: InputDocument, findings: Findings): Draft[] {
  const blocks = [...String(document.value).matchAll(/(?:^[a-z ]+ (?:duration|count|rate):.*\n?)+/gm)].map(
    ([block]) => block,
  )
  return blocks.flatMap((block, index) => {
    const read = (name: string) => new RegExp(`^${name}:\\s+(.+)$`, 'm').exec(block)?.[1]?.trim()
    const value = {
      load_duration: toNs(read('load duration')),
      prompt_eval_count: Number.parseInt(read('prompt eval count') ?? '', 10),
      prompt_eval_duration: toNs(read('prompt eval duration')),
      eval_count: Number.parseInt(read('eval count') ?? '', 10),
      eval_duration: toNs(read('eval duration')),
    }
    const answer = parseDocument(Answer, { ...document, value }, 'ollama run --verbose', findings)
    return answer ? toDraft(document, answer, value, index + 1, findings) : []
  })
}

const NS_PER: Record<string, number> = { h: 3.6e12, m: 6e10, s: 1e9, ms: 1e6, µs: 1e3, us: 1e3, ns: 1 }

/** `1m2.5s`, `312ms`: a duration of Go in ns. */
function toNs(text = ''): number {
  return [...text.matchAll(/([\d.]+)(h|ms|m|s|µs|us|ns)/g)].reduce(
    (sum, [, figure, unit]) => sum + Number(figure) * NS_PER[unit!]!,
    0,
  )
}
