import { AnswerWriter } from './answer_writer.ts'
import { joinTokens, reasoningTokens, tokenText } from './tokens.ts'
import type { Call, Routes } from './types.ts'
import { answerWhole, quoteRequest, sendJson } from './whole_answer.ts'

const CREATED_AT = '2025-11-01T12:00:00.000000Z'
const NS_PER_MS = 1e6

/**
 * Ollama's native API (docs/api.md and api/types.go of ollama/ollama, 2026-11): a JSON object a line, the last with `done: true`, counts and durations
 * in ns; it streams unless told not to. Tool calls come whole, in one line.
 */
export const OLLAMA_ROUTES: Routes = {
  'POST /api/generate': (call) => {
    if (!call.body.prompt) return sendJson(call, 200, loaded(call))
    return answer(call, (text, thinking) => ({ response: text, ...(thinking ? { thinking } : {}) }))
  },
  'POST /api/embed': (call) =>
    sendJson(call, 200, { model: call.body.model, embeddings: [[0.1]], prompt_eval_count: call.options.tokens_in }),
  'POST /api/chat': (call) => answer(call, (text, thinking, tool) => ({ message: message(text, thinking, tool) })),
  'GET /api/version': (call) => sendJson(call, 200, { version: call.options.version }),
  'GET /api/tags': (call) => sendJson(call, 200, { models: [modelOf(call)] }),
  'GET /api/ps': (call) => sendJson(call, 200, { models: [modelOf(call)] }),
  'POST /api/show': (call) =>
    sendJson(call, 200, { details: modelOf(call).details, modelfile: '# FROM /home/someone/x' }),
  'GET /': (call) => void call.response.writeHead(200, { 'content-type': 'text/plain' }).end('Ollama is running'),
}

/** Without a prompt a model is only loaded, or with `keep_alive: 0` unloaded. */
function loaded({ body }: Call): object {
  const done_reason = body.keep_alive === 0 ? 'unload' : 'load'
  return { model: body.model, created_at: CREATED_AT, response: '', done: true, done_reason }
}

type Piece = (text: string, thinking: string, tool: boolean) => Record<string, unknown>

async function answer(call: Call, piece: Piece): Promise<void> {
  if (call.body.stream === false) return answerWhole(call, () => wholeOf(call, piece))
  const writer = new AnswerWriter(call, 'application/x-ndjson')
  const line = (body: object) => `${JSON.stringify({ model: call.body.model, created_at: CREATED_AT, ...body })}\n`
  for (let i = 0; i < call.options.empty_chunks; i++) await writer.write(line({ ...piece('', '', false), done: false }))
  const first = call.options.kind === 'tool' ? call.options.tokens - 1 : 0
  for (let i = first; i < call.options.tokens; i++) {
    if (writer.failsAt(i)) {
      await writer.write(`${JSON.stringify({ error: quoteRequest(call) })}\n`)
      return writer.end()
    }
    await writer.token(i, line({ ...tokenPiece(call, i, piece), done: false }))
  }
  await writer.write(line({ ...piece('', '', false), done: true, done_reason: 'stop', ...countsOf(call) }))
  await writer.end()
}

function tokenPiece(call: Call, index: number, piece: Piece): Record<string, unknown> {
  if (call.options.kind === 'tool') return piece('', '', true)
  return index < reasoningTokens(call.options) ? piece('', tokenText(index), false) : piece(tokenText(index), '', false)
}

function wholeOf(call: Call, piece: Piece): Record<string, unknown> {
  const { tokens, kind } = call.options
  const thought = reasoningTokens(call.options)
  const text = kind === 'tool' ? '' : joinTokens(thought, tokens)
  const body = piece(text, joinTokens(0, thought), kind === 'tool')
  return { model: call.body.model, created_at: CREATED_AT, ...body, done: true, done_reason: 'stop', ...countsOf(call) }
}

function message(content: string, thinking: string, tool: boolean): Record<string, unknown> {
  const tool_calls = [{ function: { name: 'look_up', arguments: { of: 'words' } } }]
  return { role: 'assistant', content, ...(thinking ? { thinking } : {}), ...(tool ? { tool_calls } : {}) }
}

/** Durations from the times that were kept; the time of loading is a claim, so that cold starts can be tested quickly. */
function countsOf({ options, answer }: Call): Record<string, number> {
  const first = answer.first_token_at ?? answer.accepted_at
  const last = answer.last_token_at ?? first
  const ns = (ms: number) => Math.round(ms * NS_PER_MS)
  return {
    total_duration: ns(last - answer.accepted_at),
    load_duration: ns(options.cold ? 1500 : 18),
    prompt_eval_count: options.tokens_in,
    prompt_eval_duration: ns(first - answer.accepted_at),
    eval_count: options.tokens,
    eval_duration: ns(last - first),
  }
}

function modelOf({ options }: Call) {
  const details = { format: 'gguf', family: 'llama', parameter_size: '8.0B', quantization_level: 'Q4_K_M' }
  return { name: options.model, model: options.model, size: 4_661_224_676, digest: '365c0bd3c000', details }
}
