import { createResponseReader } from '../../../telemetry/wire/create_reader.ts'
import type { Observation, ResponseHead, TaskApi, TaskRequest } from '../../../telemetry/wire/types.ts'
import type { EngineDouble } from '../../support/engine_doubles/index.ts'

/** A response with its body in one piece, as an engine's double gave it. */
export interface Recorded {
  head: ResponseHead
  bytes: Buffer
}

/** Asks a double and keeps what it sent. */
export async function record(double: EngineDouble, path: string, body: Buffer | object): Promise<Recorded> {
  const sent = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
  const response = await fetch(double.url + path, { method: 'POST', body: new Uint8Array(sent) })
  return { head: headOf(response), bytes: Buffer.from(await response.arrayBuffer()) }
}

/** A task's request, as far as its reader needs it. */
export function requestOf(api: TaskApi, changes: Partial<TaskRequest> = {}): TaskRequest {
  const facts = { model: 'm', stream: true, sequences: 1, is_task: true, sampled: true }
  const usage = { asks_usage: false, asked_by_gateway: false }
  return { api, ...facts, ...usage, body: Buffer.alloc(0), ...changes }
}

export function headOf(response: Response): ResponseHead {
  const header = (name: string) => response.headers.get(name) ?? undefined
  return { status: response.status, content_type: header('content-type'), header }
}

export interface Followed {
  client: Buffer
  observation: Observation
  rewrites: boolean
}

/** Feeds a response to its reader in pieces that end at `cuts`; the time of a piece is its number, counted from 1. */
export function follow(
  request: TaskRequest,
  { head, bytes }: Recorded,
  engine: string,
  cuts: readonly number[] = [],
): Followed {
  const reader = createResponseReader(request, head, engine)
  const out: Buffer[] = []
  let from = 0
  let at = 0
  for (const to of [...new Set(cuts), bytes.length].sort((a, b) => a - b)) {
    const passed = reader.push(bytes.subarray(from, to), ++at)
    if (passed) out.push(passed)
    from = to
  }
  const { rest, observation } = reader.end()
  if (rest) out.push(rest)
  return { client: Buffer.concat(out), observation, rewrites: reader.rewrites }
}

/** The observation without its times and pieces, which depend on how the body was cut. */
export function untimed({ first_token_at, last_token_at, pieces: _, ...rest }: Observation) {
  return { ...rest, timed: [first_token_at !== null, last_token_at !== null] }
}
