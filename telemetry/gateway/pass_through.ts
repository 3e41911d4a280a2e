import { matchTaskCancel, matchTaskEvents } from '../wire/match_api.ts'
import type { ExchangeEnd } from './exchange.ts'
import { answerFailure, forward, isUnanswered } from './forward.ts'
import type { ClientCall, Gateway } from './gateway.ts'
import type { Upstream } from './upstream.ts'

/** The native paths of Ollama, which its clients also use to manage models; `/api/v0` and `/api/v1` are LM Studio's. */
const OLLAMA_PATH = /^\/api\/(?!v\d)/
const LMSTUDIO_PATH = /^\/api\/v\d/
const ONE_MODEL_PATH = /\/v1\/models\/([^?]+)/

/** Passes a request that is not a task to the upstream that it is about. */
export async function passThrough(gateway: Gateway, call: ClientCall): Promise<void> {
  gateway.metrics.countPassed()
  const followed = matchTaskEvents(call.method, call.path)
  const cancelled = matchTaskCancel(call.method, call.path)
  if (followed !== null) await passEvents(gateway, call, followed)
  else if (cancelled !== null) await passCancel(gateway, call, cancelled)
  else answerFailure(call, null, await pass(gateway, call, findOwner(gateway, call.path)))
}

/** The upstream for a path that names no task: the engine that has such paths, or the model that the path names. */
export function findOwner({ upstreams, router }: Gateway, path: string): Upstream {
  const [first] = upstreams
  const ofEngine = (name: string) => upstreams.find(({ identity }) => identity.engine === name) ?? first!
  if (OLLAMA_PATH.test(path)) return ofEngine('ollama')
  if (LMSTUDIO_PATH.test(path)) return ofEngine('lmstudio')
  const model = ONE_MODEL_PATH.exec(path)?.[1] ?? new URL(path, 'http://gateway').searchParams.get('model')
  const index = model ? router.route(decode(model))[0] : undefined
  return upstreams[index ?? 0]!
}

async function passEvents(gateway: Gateway, call: ClientCall, id: string): Promise<void> {
  const upstream = gateway.orch_tasks.upstreamOf(id) ?? gateway.upstreams[0]!
  const task = gateway.orch_tasks.follow(id)
  const reading = task === null ? {} : { openReader: task.openReader, uncompressed: true }
  const end = await forward(gateway, call, upstream, reading)
  task?.finish(end)
  answerFailure(call, null, end)
}

async function passCancel(gateway: Gateway, call: ClientCall, id: string): Promise<void> {
  const upstream = gateway.orch_tasks.upstreamOf(id) ?? gateway.upstreams[0]!
  const end = await forward(gateway, call, upstream)
  gateway.orch_tasks.cancel(id, end)
  answerFailure(call, null, end)
}

/** A safe request without a body is repeated if the engine closed the idle connection meanwhile (RFC 9110, 9.2.2). */
async function pass(gateway: Gateway, call: ClientCall, upstream: Upstream): Promise<ExchangeEnd> {
  const end = await forward(gateway, call, upstream)
  const repeatable = (call.method === 'GET' || call.method === 'HEAD') && !call.body.exists
  if (!repeatable || !isUnanswered(end) || call.response.destroyed) return end
  return end.kind === 'upstream_failed' && end.sent ? forward(gateway, call, upstream) : end
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
