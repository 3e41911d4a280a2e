import { AnswerWriter } from './answer_writer.ts'
import type { Dialect } from './openai_dialects.ts'
import { joinTokens, reasoningTokens, tokenText } from './tokens.ts'
import type { Call, Route, Routes } from './types.ts'
import { answerWhole, sendJson } from './whole_answer.ts'

const CREATED = 1_762_000_000

/** The event with which an engine reports a failure within a stream. */
export type FailureEvent = (call: Call) => string

/** The chat and text completions of an engine's OpenAI layer. */
export function openAiRoutes(dialect: Dialect, failure: FailureEvent): Routes {
  return {
    'POST /v1/chat/completions': chatRoute(dialect, failure),
    'POST /v1/completions': completionRoute(dialect, failure),
    'POST /v1/embeddings': answerEmbeddings,
  }
}

/** The event of a chunk. */
export function sse(body: unknown): string {
  return `data: ${JSON.stringify(body)}\n\n`
}

function chatRoute(dialect: Dialect, failure: FailureEvent): Route {
  return async (call) => {
    if (call.body.stream !== true) return answerWhole(call, () => wholeChat(dialect, call))
    const writer = new AnswerWriter(call, 'text/event-stream; charset=utf-8')
    if (dialect.opening) await writer.write(sse(chatChunk(dialect, call, dialect.opening, null)))
    for (let i = 0; i < call.options.empty_chunks; i++) {
      await writer.write(sse(chatChunk(dialect, call, { ...dialect.delta, content: '' }, null)))
    }
    for (let i = 0; i < call.options.tokens; i++) {
      if (writer.failsAt(i)) return writeFailure(writer, failure(call))
      await writer.token(i, sse(chatChunk(dialect, call, { ...dialect.delta, ...chatDelta(dialect, call, i) }, null)))
    }
    const reason = call.options.kind === 'tool' ? 'tool_calls' : 'stop'
    await writeEnding(dialect, call, writer, chatChunk(dialect, call, dialect.closing, reason), true)
  }
}

function completionRoute(dialect: Dialect, failure: FailureEvent): Route {
  return async (call) => {
    if (call.body.stream !== true) return answerWhole(call, () => wholeCompletion(dialect, call))
    const writer = new AnswerWriter(call, 'text/event-stream; charset=utf-8')
    for (let i = 0; i < call.options.empty_chunks; i++) await writer.write(sse(textChunk(dialect, call, '', null)))
    for (let i = 0; i < call.options.tokens; i++) {
      if (writer.failsAt(i)) return writeFailure(writer, failure(call))
      await writer.token(i, sse(textChunk(dialect, call, tokenText(i), null)))
    }
    await writeEnding(dialect, call, writer, textChunk(dialect, call, '', 'stop'), dialect.completion_asks)
  }
}

async function writeFailure(writer: AnswerWriter, event: string): Promise<void> {
  await writer.write(event)
  await writer.end()
}

/** The chunk with the finish reason, the usage chunk where it was asked for, and `[DONE]`. */
async function writeEnding(
  dialect: Dialect,
  call: Call,
  writer: AnswerWriter,
  closing: Record<string, unknown>,
  answers: boolean,
): Promise<void> {
  const timings = dialect.timings ? { timings: timingsOf(call) } : {}
  if (!asksUsage(call) || !answers) await writer.write(sse({ ...closing, ...timings }))
  else {
    await writer.write(sse(closing))
    const { choices: _, usage: __, ...head } = closing
    const named = dialect.anonymous_usage ? { ...head, id: '' } : head
    await writer.write(sse({ ...named, choices: [], usage: usageOf(call), ...timings }))
  }
  await writer.write('data: [DONE]\n\n')
  await writer.end()
}

function chatChunk(dialect: Dialect, call: Call, delta: Record<string, unknown>, reason: string | null) {
  const nulls = dialect.chat_usage === 'null' || (call.options.null_usage_if_asked && asksUsage(call))
  return {
    ...headOf(dialect, call, 'chatcmpl-double', 'chat.completion.chunk'),
    choices: [{ index: 0, delta, ...dialect.choice, finish_reason: reason }],
    ...(nulls ? { usage: null } : {}),
  }
}

function textChunk(dialect: Dialect, call: Call, text: string, reason: string | null) {
  const zeros = { usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } }
  const asked = dialect.completion_usage === 'zeros_if_asked' && asksUsage(call)
  return {
    ...headOf(dialect, call, 'cmpl-double', 'text_completion'),
    choices: [{ index: 0, text, ...dialect.choice, finish_reason: reason }],
    ...(dialect.completion_usage === 'null' ? { usage: null } : asked ? zeros : {}),
  }
}

function chatDelta(dialect: Dialect, call: Call, index: number): Record<string, unknown> {
  const { options } = call
  if (options.kind === 'tool') return { tool_calls: [toolDelta(index)] }
  if (index < reasoningTokens(options)) return { [dialect.reasoning]: tokenText(index) }
  return { content: tokenText(index) }
}

/** The first piece of a tool call names the function, the others are pieces of its arguments. */
function toolDelta(index: number): Record<string, unknown> {
  if (index > 0) return { index: 0, function: { arguments: tokenText(index) } }
  return { index: 0, id: 'call_double', type: 'function', function: { name: 'look_up', arguments: '' } }
}

function wholeChat(dialect: Dialect, call: Call): Record<string, unknown> {
  const { options } = call
  const thought = reasoningTokens(options)
  const tool_calls = [
    { id: 'call_double', type: 'function', function: { name: 'look_up', arguments: joinTokens(1, options.tokens) } },
  ]
  const message: Record<string, unknown> = { role: 'assistant', content: joinTokens(thought, options.tokens) }
  if (thought > 0) message[dialect.reasoning] = joinTokens(0, thought)
  if (options.kind === 'tool') Object.assign(message, { content: null, tool_calls })
  const finish_reason = options.kind === 'tool' ? 'tool_calls' : 'stop'
  return {
    ...headOf(dialect, call, 'chatcmpl-double', 'chat.completion'),
    choices: [{ index: 0, message, ...dialect.choice, finish_reason }],
    usage: usageOf(call),
    ...(dialect.timings ? { timings: timingsOf(call) } : {}),
  }
}

function wholeCompletion(dialect: Dialect, call: Call): Record<string, unknown> {
  const text = joinTokens(0, call.options.tokens)
  return {
    ...headOf(dialect, call, 'cmpl-double', 'text_completion'),
    choices: [{ index: 0, text, ...dialect.choice, finish_reason: 'stop' }],
    usage: usageOf(call),
    ...(dialect.timings ? { timings: timingsOf(call) } : {}),
  }
}

function headOf(dialect: Dialect, call: Call, id: string, object: string): Record<string, unknown> {
  return { id, object, created: CREATED, model: call.body.model ?? call.options.model, ...dialect.top }
}

function asksUsage(call: Call): boolean {
  return (call.body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true
}

/** `usage` as vLLM and its descendants report it. */
export function usageOf({ options }: Call): Record<string, unknown> {
  const { tokens, tokens_in, tokens_in_cached } = options
  return {
    prompt_tokens: tokens_in,
    total_tokens: tokens_in + tokens,
    completion_tokens: tokens,
    ...(tokens_in_cached > 0 ? { prompt_tokens_details: { cached_tokens: tokens_in_cached } } : {}),
  }
}

/** llama.cpp's `timings`, from the times that were kept (tools/server/server-task.cpp, `result_timings`). */
export function timingsOf({ options, answer }: Call): Record<string, unknown> {
  const processed = options.tokens_in - options.tokens_in_cached
  const prompt_ms = (answer.first_token_at ?? 0) - answer.accepted_at
  const predicted_ms = (answer.last_token_at ?? 0) - (answer.first_token_at ?? 0)
  return {
    cache_n: options.tokens_in_cached,
    prompt_n: processed,
    prompt_ms,
    prompt_per_token_ms: prompt_ms / processed,
    prompt_per_second: (1000 * processed) / prompt_ms,
    predicted_n: options.tokens,
    predicted_ms,
    predicted_per_token_ms: predicted_ms / options.tokens,
    predicted_per_second: (1000 * options.tokens) / predicted_ms,
    ...(options.drafted > 0 ? { draft_n: options.drafted, draft_n_accepted: Math.floor(options.drafted / 2) } : {}),
  }
}

/** Embeddings: `usage` behind the vectors, no generated tokens. */
async function answerEmbeddings(call: Call): Promise<void> {
  const prompt_tokens = call.options.tokens_in
  const embedding = Array.from({ length: 64 }, (_, i) => Math.sin(i))
  await answerWhole(call, () => ({
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding }],
    model: call.body.model ?? call.options.model,
    usage: { prompt_tokens, total_tokens: prompt_tokens },
  }))
}

/** `GET /v1/models` of an engine. */
export function modelsRoute(entry: (call: Call) => Record<string, unknown>): Route {
  return (call) => sendJson(call, 200, { object: 'list', data: [entry(call)] })
}
