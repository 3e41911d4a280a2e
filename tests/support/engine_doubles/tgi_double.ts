import { AnswerWriter } from './answer_writer.ts'
import { joinTokens, tokenText } from './tokens.ts'
import type { Call, Routes } from './types.ts'
import { answerWhole, quoteRequest, sendJson } from './whole_answer.ts'

/**
 * TGI's own API (router/src/server.rs at 003eaec0 and lib.rs of huggingface/text-generation-inference 3.3, 2025-12): `data:` without a blank, an event a
 * token, the last with `generated_text`, and with `details` if the request asks for them; counts of an answer in one piece in its headers.
 */
export const TGI_ROUTES: Routes = {
  'POST /generate': (call) =>
    answerWhole(call, () => wholeOf(call), {
      'x-prompt-tokens': String(call.options.tokens_in),
      'x-generated-tokens': String(call.options.tokens),
      'x-time-per-token': String(Math.round(call.options.tpot_ms)),
    }),
  'POST /generate_stream': streamTokens,
  'GET /info': (call) =>
    sendJson(call, 200, {
      model_id: call.options.model,
      model_sha: '0e9e39f249a16976918f6564b8830bc894c89659',
      max_concurrent_requests: 128,
      version: call.options.version,
      router: 'text-generation-router',
    }),
  'GET /health': (call) => void call.response.writeHead(200).end(),
}

async function streamTokens(call: Call): Promise<void> {
  const { options } = call
  const writer = new AnswerWriter(call, 'text/event-stream')
  for (let i = 0; i < options.tokens; i++) {
    if (writer.failsAt(i)) {
      const error = { error: quoteRequest(call), error_type: 'generation' }
      await writer.write(`data:${JSON.stringify(error)}\n\n`)
      return writer.end()
    }
    await writer.token(i, eventOf(i, tokenText(i), false, i + 1 === options.tokens ? call : null))
  }
  await writer.end()
}

function eventOf(index: number, text: string, special: boolean, last: Call | null): string {
  const generated_text = last ? joinTokens(0, last.options.tokens) : null
  const asks = (last?.body.parameters as { details?: boolean } | undefined)?.details === true
  const details = last && asks ? { finish_reason: 'length', ...countsOf(last), seed: null } : null
  const token = { id: 1000 + index, text, logprob: -0.5, special }
  return `data:${JSON.stringify({ index: index + 1, token, generated_text, details })}\n\n`
}

function wholeOf(call: Call): Record<string, unknown> {
  return { generated_text: joinTokens(0, call.options.tokens) }
}

function countsOf({ options }: Call): Record<string, number> {
  return { generated_tokens: options.tokens, input_length: options.tokens_in }
}
