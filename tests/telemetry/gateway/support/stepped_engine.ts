import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A token that the engine wrote, in the order of writing. */
export interface WrittenToken {
  stream: number
  at: number
}

export interface SteppedEngine {
  url: string
  /** Streams that were asked for and have not ended. */
  open: () => number
  written: readonly WrittenToken[]
  /** Writes a token to a stream, at a time of the test's clock. */
  writeToken(stream: number, at: number): void
  endStream(stream: number): void
  close(): Promise<void>
}

/** vLLM's chat stream, token by token as the test says, with a record of each. The body's `user` is the number of the stream. */
export async function startSteppedEngine(): Promise<SteppedEngine> {
  const streams = new Map<number, ServerResponse>()
  const written: WrittenToken[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const bytes of request) text += String(bytes)
    if (request.url === '/v1/chat/completions') {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).flushHeaders()
      streams.set(Number((JSON.parse(text) as { user: string }).user), response)
    } else answerProbe(request.url!, response)
  })
  server.on('connection', (socket) => socket.setNoDelay(true))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: () => streams.size,
    written,
    writeToken(stream, at) {
      written.push({ stream, at })
      streams.get(stream)!.write(chunk([{ index: 0, delta: { content: ' so' }, finish_reason: null }]))
    },
    endStream(stream) {
      const tokens = written.filter((token) => token.stream === stream).length
      const usage = { prompt_tokens: 9, completion_tokens: tokens, total_tokens: 9 + tokens }
      const finish = chunk([{ index: 0, delta: {}, finish_reason: 'length' }])
      streams.get(stream)!.end(`${finish}${chunk([], usage)}data: [DONE]\n\n`)
      streams.delete(stream)
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function chunk(choices: object[], usage?: object): string {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_764_000_000, model: 'm' }
  return `data: ${JSON.stringify({ ...head, choices, ...(usage && { usage }) })}\n\n`
}

function answerProbe(url: string, response: ServerResponse): void {
  const answers: Record<string, unknown> = {
    '/version': { version: '0.11.0' },
    '/v1/models': { object: 'list', data: [{ id: 'm', object: 'model', created: 1_764_000_000, owned_by: 'vllm' }] },
  }
  const answer = answers[url]
  response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}))
}
