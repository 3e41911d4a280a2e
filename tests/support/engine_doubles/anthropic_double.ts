import { AnswerWriter } from './answer_writer.ts'
import { joinTokens, reasoningTokens, tokenText } from './tokens.ts'
import type { Call, Route } from './types.ts'
import { answerWhole, quoteRequest } from './whole_answer.ts'

/**
 * The Messages API as Anthropic documents it (docs.anthropic.com, streaming, 2026-11), and as engines serve it: llama.cpp tells cached tokens apart
 * from `input_tokens` (tools/server/server-task.cpp, `to_json_anthropic`, 2026-11), vLLM sends `[DONE]` behind the end
 * (vllm/entrypoints/anthropic/serving_messages.py, 2026-11).
 */
export function messagesRoute(hasDone: boolean): Route {
  return async (call) => {
    if (call.body.stream !== true) return answerWhole(call, () => wholeMessage(call))
    await streamMessage(call, hasDone)
  }
}

async function streamMessage(call: Call, hasDone: boolean): Promise<void> {
  const writer = new AnswerWriter(call, 'text/event-stream; charset=utf-8')
  const { output_tokens, ...prompt } = usageOf(call)
  await writer.write(
    event('message_start', { message: { ...head(call), content: [], usage: { ...prompt, output_tokens: 0 } } }),
  )
  await writer.write(event('ping', {}))
  for (let i = 0; i < call.options.tokens; i++) {
    if (writer.failsAt(i)) {
      await writer.write(event('error', { error: { type: 'api_error', message: quoteRequest(call) } }))
      return writer.end()
    }
    await writer.token(i, tokenEvents(call, i))
  }
  await writer.write(event('content_block_stop', { index: 0 }))
  await writer.write(event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens } }))
  await writer.write(`${event('message_stop', {})}${hasDone ? 'data: [DONE]\n\n' : ''}`)
  await writer.end()
}

/** The first token of a block opens it; that of a tool's call names the tool. */
function tokenEvents({ options }: Call, index: number): string {
  if (options.kind === 'tool') {
    const content_block = { type: 'tool_use', id: 'toolu_double', name: 'look_up', input: {} }
    if (index === 0) return event('content_block_start', { index: 0, content_block })
    return delta({ type: 'input_json_delta', partial_json: tokenText(index) })
  }
  const [type, key] = index < reasoningTokens(options) ? ['thinking', 'thinking'] : ['text', 'text']
  const opens = index === 0 || index === reasoningTokens(options)
  const start = opens ? event('content_block_start', { index: 0, content_block: { type, [key]: '' } }) : ''
  return start + delta({ type: `${type}_delta`, [key]: tokenText(index) })
}

const delta = (values: object) => event('content_block_delta', { index: 0, delta: values })

function event(type: string, body: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...body })}\n\n`
}

function wholeMessage(call: Call): object {
  const content = [{ type: 'text', text: joinTokens(0, call.options.tokens) }]
  return { ...head(call), content, stop_reason: 'end_turn', stop_sequence: null, usage: usageOf(call) }
}

function head({ body, options }: Call): object {
  return { id: 'msg_double', type: 'message', role: 'assistant', model: body.model ?? options.model }
}

function usageOf({ options }: Call) {
  const { tokens, tokens_in, tokens_in_cached } = options
  return {
    cache_read_input_tokens: tokens_in_cached,
    input_tokens: tokens_in - tokens_in_cached,
    output_tokens: tokens,
  }
}
