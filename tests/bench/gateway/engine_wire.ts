/** Prepared bytes of a vLLM server: its own time per token must not be what is measured. */

export const MODEL = 'meta-llama/Llama-3.1-8B-Instruct'
/** The text of every token; what the load generator looks for. */
export const TOKEN_TEXT = ' token'

const HEAD = {
  id: 'chatcmpl-6f0c9a7be1d24f5c8c1f0a9be7d2c413',
  object: 'chat.completion.chunk',
  created: 1_764_000_000,
  model: MODEL,
}

/** The head of a streamed answer, and its first event, which holds no text yet. */
export const STREAM_HEAD = Buffer.concat([
  Buffer.from(
    'HTTP/1.1 200 OK\r\ndate: Tue, 24 Nov 2026 12:00:00 GMT\r\nserver: uvicorn\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n',
  ),
  chunk(event({ ...HEAD, choices: [choice({ role: 'assistant', content: '' })] })),
])

export const TOKEN = chunk(event({ ...HEAD, choices: [choice({ content: TOKEN_TEXT })] }))

const LAST_TOKEN = chunk(event({ ...HEAD, choices: [{ ...choice({ content: '' }), finish_reason: 'stop' }] }))
const END = Buffer.concat([chunk('data: [DONE]\n\n'), Buffer.from('0\r\n\r\n')])

/** What follows the last token; with the usage where the request asked for it. */
export function streamEnd(tokens: number, asks_usage: boolean): Buffer {
  const usage = { prompt_tokens: 24, total_tokens: 24 + tokens, completion_tokens: tokens }
  const counts = asks_usage ? [chunk(event({ ...HEAD, choices: [], usage }))] : []
  return Buffer.concat([LAST_TOKEN, ...counts, END])
}

/** A whole answer in one piece. */
export function jsonAnswer(value: unknown, status = '200 OK'): Buffer {
  const body = JSON.stringify(value)
  return Buffer.from(
    `HTTP/1.1 ${status}\r\nserver: uvicorn\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
}

function choice(delta: Record<string, string>) {
  return { index: 0, delta, logprobs: null, finish_reason: null as string | null }
}

function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

function chunk(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`)
}
