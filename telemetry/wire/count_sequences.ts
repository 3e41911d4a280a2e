import { skimObject, type ValueSpan, valueEnd } from './skim_object.ts'
import type { TaskApi } from './types.ts'

type Keys = ReadonlyMap<string, ValueSpan>

/** The keys of the prompts in each API; an array of texts or of token arrays is several prompts, an array of tokens is one. */
const PROMPT_KEYS: Partial<Record<TaskApi, readonly string[]>> = {
  'openai.completions': ['prompt'],
  'openai.embeddings': ['input', 'content'],
  'ollama.embed': ['input'],
  'llamacpp.completion': ['prompt'],
  'native.generate': ['text', 'input_ids'],
  rerank: ['documents', 'texts'],
}

/** The keys that hold the choices for each prompt, and the objects that may hold such keys (SGLang and vLLM, TGI). */
const CHOICE_KEYS = ['n', 'best_of', 'n_cmpl']
const OPTION_KEYS = ['sampling_params', 'parameters']

/** How many sequences the engine generates at once for a request: choices (`n`, `best_of`) times prompts; at least 1. */
export function countSequences(api: TaskApi, text: string, keys: Keys): number {
  const options = OPTION_KEYS.flatMap((key) => readOptions(text, keys.get(key)))
  const choices = [readChoices(text, keys), ...options]
  const prompts = (PROMPT_KEYS[api] ?? []).map((key) => countPrompts(text, keys.get(key)))
  return Math.max(1, ...choices) * Math.max(1, ...prompts)
}

function readOptions(text: string, span: ValueSpan | undefined): number[] {
  const inner = span && text.slice(span.start, span.end)
  const keys = inner === undefined ? null : skimObject(inner)
  return keys === null ? [] : [readChoices(inner!, keys)]
}

function readChoices(text: string, keys: Keys): number {
  const counts = CHOICE_KEYS.map((key) => keys.get(key)).map((span) => Number(span && text.slice(span.start, span.end)))
  return Math.max(1, ...counts.filter((count) => Number.isInteger(count)))
}

/** The items of an array of strings, arrays or objects; 1 for anything else. */
function countPrompts(text: string, span: ValueSpan | undefined): number {
  if (span === undefined || text[span.start] !== '[') return 1
  let count = 0
  for (let at = skip(text, span.start + 1); text[at] !== ']'; at = skip(text, at)) {
    if (!/["[{]/.test(text[at] ?? '')) return 1
    at = valueEnd(text, at)
    if (at < 0) return 1
    count++
  }
  return count
}

/** The offset of the next item or of the end of the array. */
function skip(text: string, from: number): number {
  let at = from
  while (at < text.length && /[\s,]/.test(text[at]!)) at++
  return at
}
