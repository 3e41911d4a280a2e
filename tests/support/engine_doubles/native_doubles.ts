import { AnswerWriter } from './answer_writer.ts'
import { timingsOf } from './openai_double.ts'
import { joinTokens, tokenText } from './tokens.ts'
import type { Call, Routes } from './types.ts'
import { answerWhole, quoteRequest, sendJson } from './whole_answer.ts'

const sse = (body: object) => `data: ${JSON.stringify(body)}\n\n`
const DONE = 'data: [DONE]\n\n'

/** A streamed answer: an event a token, then what ends the stream. */
async function streamTokens(call: Call, event: (index: number) => object, ending: string): Promise<void> {
  const writer = new AnswerWriter(call, 'text/event-stream; charset=utf-8')
  for (let i = 0; i < call.options.tokens; i++) {
    if (writer.failsAt(i)) {
      await writer.write(sse({ error: { message: quoteRequest(call), type: 'server_error' } }))
      return writer.end()
    }
    await writer.token(i, sse(event(i)))
  }
  if (ending !== '') await writer.write(ending)
  await writer.end()
}

/** SGLang's `/generate`: the text so far and `meta_info` (python/sglang/srt/managers/tokenizer_manager.py, 2026-11). */
export const SGLANG_ROUTES: Routes = {
  'POST /generate': async (call) => {
    if (call.body.stream === true) return streamTokens(call, (i) => sglangAnswer(call, i + 1), DONE)
    await answerWhole(call, () => sglangAnswer(call, call.options.tokens))
  },
}

function sglangAnswer({ options }: Call, generated: number): object {
  const finish_reason = generated === options.tokens ? { type: 'length', length: generated } : null
  const counts = {
    prompt_tokens: options.tokens_in,
    completion_tokens: generated,
    cached_tokens: options.tokens_in_cached,
  }
  return { text: joinTokens(0, generated), output_ids: [], meta_info: { id: 'double', finish_reason, ...counts } }
}

/** Triton's generate extension (docs/protocol/extension_generate.md of triton-inference-server/server, 2026-11). */
export const TRITON_ROUTES: Routes = {
  'POST /v2/models/*/generate': (call) => answerWhole(call, () => tritonAnswer(joinTokens(0, call.options.tokens))),
  'POST /v2/models/*/generate_stream': (call) => streamTokens(call, (i) => tritonAnswer(tokenText(i)), ''),
}

const tritonAnswer = (text_output: string) => ({ model_name: 'qwen3-8b', model_version: '1', text_output })

/** vLLM's tokens in, tokens out (vllm/entrypoints/serve/disagg/protocol.py, 2026-11). */
export const VLLM_ROUTES: Routes = {
  'POST /inference/v1/generate': async (call) => {
    if (call.body.stream === true) return streamTokens(call, (i) => vllmAnswer([1000 + i]), DONE)
    await answerWhole(call, () => vllmAnswer(Array.from({ length: call.options.tokens }, (_, i) => 1000 + i)))
  },
  'POST /rerank': (call) =>
    sendJson(call, 200, { id: 'rerank-double', results: [], usage: { total_tokens: call.options.tokens_in } }),
}

const vllmAnswer = (token_ids: number[]) => ({
  request_id: 'double',
  choices: [{ index: 0, logprobs: null, finish_reason: null, token_ids }],
})

/** llama.cpp's own completions (tools/server/README.md and server-task.cpp, `to_json_non_oaicompat`, 2026-11). */
export const LLAMA_CPP_ROUTES: Routes = {
  'POST /completion': async (call) => {
    if (call.body.stream !== true) return answerWhole(call, () => llamaEnding(call, joinTokens(0, call.options.tokens)))
    const writer = new AnswerWriter(call, 'text/event-stream')
    for (let i = 0; i < call.options.tokens; i++) {
      if (writer.failsAt(i)) {
        await writer.write(sse({ error: { code: 500, message: quoteRequest(call), type: 'server_error' } }))
        return writer.end()
      }
      await writer.token(i, sse({ index: 0, content: tokenText(i), tokens: [1000 + i], stop: false, id_slot: 0 }))
    }
    await writer.write(sse(llamaEnding(call, '')))
    await writer.end()
  },
  'POST /embedding': (call) => sendJson(call, 200, [{ index: 0, embedding: [[0.1, 0.2]] }]),
}

function llamaEnding(call: Call, content: string): object {
  const { tokens, tokens_in } = call.options
  const counts = { tokens_predicted: tokens, tokens_evaluated: tokens_in }
  const settings = { generation_settings: { stop: [], n_predict: -1 }, prompt: 'hi', stop_type: 'eos' }
  return { index: 0, content, id_slot: 0, stop: true, ...counts, ...settings, timings: timingsOf(call) }
}
