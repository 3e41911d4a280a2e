import http from 'node:http'
import type { KnownEngine } from '../../../telemetry/engines/types.ts'
import { createResponseReader } from '../../../telemetry/wire/create_reader.ts'
import { matchTaskApi } from '../../../telemetry/wire/match_api.ts'
import { readTaskRequest } from '../../../telemetry/wire/read_request.ts'
import { type Answer, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { ENGINES, ROUTES } from '../../telemetry/gateway/support/routes.ts'
import { runGateway } from '../../telemetry/gateway/support/run_gateway.ts'
import { send } from '../../telemetry/gateway/support/send.ts'
import { quantile } from './statistics.ts'
import { printAim, printTable } from './table.ts'

const TASKS_PER_ROUTE = 40
/** How far a sample may be from the times that the engine kept, at the 95th percentile. */
const AIM_MS = 2

interface Times {
  first_token_ms: number
  decode_time_ms: number
}

/** Measures how far the times in samples are from those that a double of each engine kept; beside it, what a client of the engine itself is off by. */
export async function benchAccuracy(): Promise<void> {
  const rows: string[][] = []
  let worst = 0
  for (const engine of ENGINES) {
    const { gateway, direct } = await measureStreams(engine)
    for (const key of ['first_token_ms', 'decode_time_ms'] as const) {
      const [through, beside] = [gateway, direct].map((all) => all.map((times) => times[key])) as [number[], number[]]
      worst = Math.max(worst, quantile(through, 0.95))
      const figures = [quantile(through, 0.5), quantile(through, 0.95), quantile(beside, 0.95), Math.max(...beside)]
      rows.push([`${engine}, ${key}`, ...figures.map((ms) => ms.toFixed(2))])
    }
  }
  const columns = ['time', 'off by p50 ms', 'p95 ms', 'a client p95 ms', 'at most ms']
  printTable(`Times in samples against those of the engine, ${TASKS_PER_ROUTE} tasks per API`, columns, rows)
  printAim(`p95 of the deviation <= ${AIM_MS} ms for every engine`, `${worst.toFixed(2)} ms`, worst <= AIM_MS)
}

/** Runs streams one after the other, in turn through the gateway and directly; returns how far each is from what the double kept. */
async function measureStreams(engine: KnownEngine): Promise<{ gateway: Times[]; direct: Times[] }> {
  const double = await startEngineDouble(engine, { ttft_ms: 6, tpot_ms: 1, tokens: 6 })
  const gateway = await runGateway({ upstream: [{ url: double.url }] })
  const direct: Times[] = []
  try {
    for (let i = 0; i < TASKS_PER_ROUTE; i++)
      for (const route of ROUTES.filter((known) => known.engine === engine)) {
        await send(gateway.url, route.path, route.body(true))
        direct.push(await timeDirectly(double.url, route.path, JSON.stringify(route.body(true)), engine))
      }
    const samples = (await gateway.collect(direct.length)) as Times[]
    const turn = (offset: number) => double.answers.filter((_, i) => i % 2 === offset)
    return { gateway: deviations(samples, turn(0)), direct: deviations(direct, turn(1)) }
  } finally {
    await gateway.close()
    await double.close()
  }
}

/** The times of a task as a client of the engine itself sees them. */
function timeDirectly(url: string, path: string, body: string, engine: KnownEngine): Promise<Times> {
  const request = readTaskRequest(matchTaskApi('POST', path)!, Buffer.from(body), engine, path)!
  return new Promise((resolve, reject) => {
    const sent_at = performance.now()
    const call = http.request(url + path, { method: 'POST', agent: new http.Agent() }, (response) => {
      const head = { status: response.statusCode!, content_type: response.headers['content-type'] }
      const reader = createResponseReader(request, head, engine)
      response.on('data', (bytes: Buffer) => void reader.push(bytes, performance.now()))
      response.on('end', () => {
        const { first_token_at, last_token_at } = reader.end().observation
        resolve({ first_token_ms: first_token_at! - sent_at, decode_time_ms: last_token_at! - first_token_at! })
      })
    })
    call.on('error', reject)
    call.end(body)
  })
}

function deviations(times: readonly Times[], answers: readonly Answer[]): Times[] {
  return times.map(({ first_token_ms, decode_time_ms }, i) => {
    const { accepted_at, first_token_at, last_token_at } = answers[i]!
    return {
      first_token_ms: Math.abs(first_token_ms - (first_token_at! - accepted_at)),
      decode_time_ms: Math.abs(decode_time_ms - (last_token_at! - first_token_at!)),
    }
  })
}
