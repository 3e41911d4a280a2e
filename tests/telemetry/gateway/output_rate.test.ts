import http from 'node:http'
import { afterEach, expect, test, vi } from 'vitest'
import { runGateway } from './support/run_gateway.ts'
import { type SteppedEngine, startSteppedEngine, type WrittenToken } from './support/stepped_engine.ts'

const TOKENS = 80
const STEP_MS = 10

afterEach(() => void vi.restoreAllMocks())

/**
 * The clock stands still until everything that the engine wrote has reached the clients, so that what is compared does not depend
 * on the machine.
 */
test.each([1, 8, 32])('the rate of all of %i streams is what the engine recorded', async (count) => {
  const engine = await startSteppedEngine()
  const gateway = await runGateway({ upstream: [{ url: engine.url }] })
  await runStreams(engine, gateway.url, count)
  const samples = await gateway.collect(count)
  const found = samples.map(({ output_tps }) => output_tps!).sort((a, b) => a - b)
  const expected = Array.from({ length: count }, (_, stream) => rateDuring(engine.written, stream)).sort(
    (a, b) => a - b,
  )
  for (const [i, rate] of expected.entries()) expect(Math.abs(found[i]! / rate - 1)).toBeLessThan(0.03)
  await gateway.close()
  await engine.close()
})

/** Streams that begin one after the other, each with a token in every first, second or third step. */
async function runStreams(engine: SteppedEngine, url: string, count: number): Promise<void> {
  let now = performance.now()
  let received = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
  const answers = Array.from({ length: count }, (_, stream) => read(url, stream, (tokens) => (received += tokens)))
  await vi.waitUntil(() => engine.open() === count, { timeout: 60_000, interval: 1 })
  const left = Array.from({ length: count }, () => TOKENS)
  for (let step = 0; engine.open() > 0; step++, now += STEP_MS) {
    for (const [stream, tokens] of left.entries()) {
      if (tokens <= 0 || step < stream || step % (1 + (stream % 3)) > 0) continue
      engine.writeToken(stream, now)
      left[stream] = tokens - 1
    }
    while (received < engine.written.length) await new Promise(setImmediate)
    for (const [stream, tokens] of left.entries()) {
      if (tokens !== 0) continue
      engine.endStream(stream)
      left[stream] = -1
    }
  }
  await Promise.all(answers)
  clock.mockRestore()
}

/** Tokens of all streams after the first of this one, up to its last, over the time between the two. */
function rateDuring(written: readonly WrittenToken[], stream: number): number {
  const first = written.findIndex((token) => token.stream === stream)
  const last = written.findLastIndex((token) => token.stream === stream)
  return ((last - first) * 1000) / (written[last]!.at - written[first]!.at)
}

function read(url: string, stream: number, onTokens: (tokens: number) => void): Promise<void> {
  const body = JSON.stringify({ model: 'm', user: String(stream), messages: [], stream: true, max_tokens: TOKENS })
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { 'content-type': 'application/json' }, agent: new http.Agent() }
    const request = http.request(`${url}/v1/chat/completions`, options, (response) => {
      let text = ''
      let tokens = 0
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
        onTokens(-tokens)
        tokens = text.split('" so"').length - 1
        onTokens(tokens)
      })
      response.on('end', resolve)
    })
    request.on('error', reject)
    request.end(body)
  })
}
