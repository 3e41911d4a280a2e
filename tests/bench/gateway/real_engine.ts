import OpenAI from 'openai'
import type { TelemetryEvent } from '../../../contracts/index.ts'
import { IS_SUPPORTED, installEngine } from '../../real_engine/install.ts'
import type { EngineRecord } from '../../real_engine/support/engine.ts'
import { startEngine } from '../../real_engine/support/start_engine.ts'
import { runGateway } from '../../telemetry/gateway/support/run_gateway.ts'
import { quantile } from './statistics.ts'
import { printAim, printTable } from './table.ts'

/** Some 5 ms a token on one core: slow enough that what the gateway adds is not hidden in the clock, as with real models. */
const SHAPE = { layers: 8, width: 512, heads: 8, feed_forward: 1408, context: 1024, words: 1024 }
const MODEL = 'random-words-F32.gguf'
const TASKS = 20
const TOKENS = 100
const AIM = { decode: 0.03, ttft_ms: 20 }

/** Measures how far samples are from the clock of a real engine: llama.cpp on the CPU with random weights. */
export async function benchRealEngine(): Promise<void> {
  if (!IS_SUPPORTED) return console.log('\nllama.cpp: left out, its build for the tests is for Linux on x64')
  installEngine()
  const { samples, records } = await measure()
  const off = samples.map((sample, i) => ({
    decode: Math.abs(sample.decode_time_ms! / records[i]!.decode_time_ms - 1),
    ttft_ms: Math.abs(sample.first_token_ms! - records[i]!.first_token_ms),
  }))
  const decode = off.map((each) => each.decode)
  const ttft = off.map((each) => each.ttft_ms)
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`
  printTable(
    `Samples against the clock of llama.cpp, ${TASKS} answers of ${TOKENS} tokens`,
    ['off by', 'p50', 'p95'],
    [
      ['decode time', percent(quantile(decode, 0.5)), percent(quantile(decode, 0.95))],
      ['first token, ms', quantile(ttft, 0.5).toFixed(2), quantile(ttft, 0.95).toFixed(2)],
    ],
  )
  const worst = { decode: quantile(decode, 0.95), ttft_ms: quantile(ttft, 0.95) }
  printAim(`p95 of decode time within ${percent(AIM.decode)}`, percent(worst.decode), worst.decode <= AIM.decode)
  printAim(
    `p95 of the first token within ${AIM.ttft_ms} ms`,
    `${worst.ttft_ms.toFixed(2)} ms`,
    worst.ttft_ms <= AIM.ttft_ms,
  )
}

async function measure(): Promise<{ samples: TelemetryEvent[]; records: EngineRecord[] }> {
  const engine = await startEngine(SHAPE, 1)
  const gateway = await runGateway({ upstream: [{ url: engine.url, engine: 'llama.cpp' }] })
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'w1 w2 w3' }]
  try {
    for (let i = 0; i < TASKS; i++) {
      const request = { model: MODEL, messages, max_tokens: TOKENS, stream: true } as const
      for await (const _ of await client.chat.completions.create(request));
    }
    return { samples: await gateway.collect(TASKS), records: await engine.records() }
  } finally {
    await gateway.close()
    await engine.close()
  }
}
