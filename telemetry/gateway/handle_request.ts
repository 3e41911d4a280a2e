import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Ui } from '../ui/ui.ts'
import { matchTaskApi } from '../wire/match_api.ts'
import { forward, isUnanswered } from './forward.ts'
import type { ClientCall, Gateway } from './gateway.ts'
import { handleTask } from './handle_task.ts'
import type { HostGuard } from './host_guard.ts'
import { IncomingBody } from './incoming_body.ts'
import { asksForAllModels, listModels } from './list_models.ts'
import { answerOwnPath, matchOwnPath, type OwnPath } from './own_routes.ts'
import { passThrough } from './pass_through.ts'
import { refuseAfterFault, refuseHost, refusePath, refuseWhileClosing } from './refusals.ts'
import { toOriginForm } from './request_target.ts'

/** Answers one request of a client. Never rejects: a fault fails only its one request, and is logged without any content of it. */
export async function handleRequest(gateway: Gateway, request: IncomingMessage, response: ServerResponse) {
  // A broken connection is handled on 'close'; without listeners the error would end the process.
  request.on('error', ignore)
  response.on('error', ignore)
  gateway.open.add(response)
  response.once('close', () => gateway.open.delete(response))
  const body = new IncomingBody(request, gateway.uploads)
  try {
    await route(gateway, request, response, body)
  } catch (error) {
    const { name, stack } = error as Error
    gateway.log(`a request failed in the gateway: ${name} ${stack?.split('\n')[1]?.trim() ?? ''}`)
    refuseAfterFault(response)
  } finally {
    body.release()
  }
}

async function route(gateway: Gateway, request: IncomingMessage, response: ServerResponse, body: IncomingBody) {
  const method = request.method ?? 'GET'
  const path = toOriginForm(request.url ?? '/')
  if (!gateway.hosts.allows(request.headers.host)) return refuseHost(response)
  if (path === null) return refusePath(response)
  const call: ClientCall = { request, response, method, path, body }
  const own = matchOwnPath(method, path)
  const api = matchTaskApi(method, path)
  if (own !== null) await answerOwnOrEngine(gateway, call, own)
  else if (gateway.state === 'draining') refuseWhileClosing(response, api)
  else if (api !== null) await handleTask(gateway, call, api)
  else if (asksForAllModels(gateway, call)) await listModels(gateway, call)
  else await passThrough(gateway, call)
}

/** With a listener for the gateway's own paths, `/metrics` is the engine's if it has it. No engine has the paths of the probes. */
async function answerOwnOrEngine(gateway: Gateway, call: ClientCall, own: OwnPath): Promise<void> {
  if (own === '/metrics' && gateway.has_admin && gateway.state !== 'draining') {
    const end = await forward(gateway, call, gateway.upstreams[0]!, { declines: (status) => status === 404 })
    if (end.kind !== 'declined' && !isUnanswered(end)) return gateway.metrics.countPassed()
  }
  answerOwnPath(gateway, own, call.response)
}

/** Answers a request at the listener for the gateway's own paths. */
export function handleAdminRequest(
  gateway: Gateway,
  hosts: HostGuard,
  ui: Ui,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const own = matchOwnPath(request.method ?? 'GET', request.url ?? '/')
  if (!hosts.allows(request.headers.host)) refuseHost(response)
  else if (own !== null) answerOwnPath(gateway, own, response)
  else if (!ui.answer(request, response))
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('/healthz, /livez, /metrics, /readyz, /ui are here\n')
}

function ignore(): void {}
