import { AnswerWriter } from './answer_writer.ts'
import { joinTokens, reasoningTokens, tokenText } from './tokens.ts'
import type { Call, Routes } from './types.ts'
import { answerWhole } from './whole_answer.ts'

/**
 * The Responses API as OpenAI documents it (platform.openai.com/docs/api-reference/responses-streaming, 2026-11), and as vLLM, SGLang,
 * Ollama, llama.cpp and LM Studio serve it: named events, each with its type and a sequence number.
 */
export const RESPONSES_ROUTES: Routes = {
  'POST /v1/responses': async (call) => {
    if (call.body.stream !== true) return answerWhole(call, () => responseOf(call, 'completed'))
    await streamResponse(call)
  },
}

async function streamResponse(call: Call): Promise<void> {
  const writer = new AnswerWriter(call, 'text/event-stream; charset=utf-8')
  let sequence = 0
  const event = (type: string, body: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...body })}\n\n`
  const place = { output_index: 0, item_id: 'item_double' }
  await writer.write(event('response.created', { response: responseOf(call, 'in_progress') }))
  if (call.options.kind !== 'tool')
    await writer.write(event('response.output_item.added', { output_index: 0, item: message('in_progress', '') }))
  for (let i = 0; i < call.options.tokens; i++) {
    if (writer.failsAt(i)) {
      await writer.write(event('response.failed', { response: responseOf(call, 'failed') }))
      return writer.end()
    }
    await writer.token(i, tokenEvent(call, i, place, event))
  }
  await writer.write(event('response.completed', { response: responseOf(call, 'completed') }))
  await writer.end()
}

function tokenEvent(call: Call, index: number, place: object, event: (type: string, body: object) => string): string {
  const delta = tokenText(index)
  if (call.options.kind === 'tool') {
    const item = { id: 'item_double', type: 'function_call', name: 'look_up', arguments: '', status: 'in_progress' }
    if (index === 0) return event('response.output_item.added', { output_index: 0, item })
    return event('response.function_call_arguments.delta', { ...place, delta })
  }
  if (index < reasoningTokens(call.options))
    return event('response.reasoning_text.delta', { ...place, content_index: 0, delta })
  return event('response.output_text.delta', { ...place, content_index: 0, delta, logprobs: [] })
}

function responseOf(call: Call, status: string): Record<string, unknown> {
  const { options } = call
  const done = status === 'completed'
  return {
    id: 'resp_double',
    object: 'response',
    created_at: 1_762_000_000,
    status,
    error:
      status === 'failed' ? { code: 'server_error', message: `failed on ${JSON.stringify(call.body.input)}` } : null,
    model: call.body.model ?? options.model,
    output: done ? [message('completed', joinTokens(0, options.tokens))] : [],
    usage: done ? usage(call) : null,
  }
}

function message(status: string, text: string): Record<string, unknown> {
  const content = text === '' ? [] : [{ type: 'output_text', text, annotations: [] }]
  return { id: 'item_double', type: 'message', role: 'assistant', status, content }
}

function usage({ options }: Call): Record<string, unknown> {
  return {
    input_tokens: options.tokens_in,
    input_tokens_details: { cached_tokens: options.tokens_in_cached },
    output_tokens: options.tokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens(options) },
    total_tokens: options.tokens_in + options.tokens,
  }
}
