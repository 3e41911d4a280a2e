import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GpuMonitor } from '../gpu/types.ts'
import { matchTaskApi } from '../wire/match_api.ts'
import { sendError } from './error_body.ts'
import type { ClientCall, Gateway } from './gateway.ts'
import { handleTask } from './handle_task.ts'
import { asksForAllModels, listModels } from './list_models.ts'
import { answerOwnPath, matchOwnPath } from './own_routes.ts'
import { passThrough } from './pass_through.ts'

/** Answers one request: the gateway's own paths itself, everything else by an upstream. */
export function handleRequest(
  gateway: Gateway,
  gpu: GpuMonitor | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // A broken connection is handled on 'close'; without listeners the error would end the process.
  request.on('error', ignore)
  response.on('error', ignore)
  const method = request.method ?? 'GET'
  const path = toOriginForm(request.url ?? '/')
  const own = path === null ? null : matchOwnPath(method, path)
  if (path === null) refusePath(response)
  else if (own !== null) answerOwnPath(gateway, own, response, gpu?.facts() ?? null)
  else sendOn(gateway, { request, response, method, path })
}

function sendOn(gateway: Gateway, call: ClientCall): void {
  const api = matchTaskApi(call.method, call.path)
  if (api !== null) handleTask(gateway, call, api).catch((error: Error) => giveUp(gateway, call, error))
  else if (asksForAllModels(gateway, call))
    listModels(gateway, call).catch((error: Error) => giveUp(gateway, call, error))
  else passThrough(gateway, call)
}

/** A fault of the gateway fails only its one request, and is logged without any content of the request. */
function giveUp(gateway: Gateway, { response }: ClientCall, error: Error): void {
  gateway.log(`a request failed in the gateway: ${error.name} ${error.stack?.split('\n')[1]?.trim() ?? ''}`)
  const message = 'The gateway failed on this request. Its log says where; please report it.'
  sendError(response, null, { status: 500, type: 'gateway_error', code: 'gateway_error', message })
}

/** Path and query of a request target (RFC 9112, section 3.2); null for the authority and asterisk forms. */
function toOriginForm(target: string): string | null {
  if (target.startsWith('/')) return target
  if (!/^https?:\/\//i.test(target)) return null
  const slash = target.indexOf('/', target.indexOf('//') + 2)
  return slash < 0 ? '/' : target.slice(slash)
}

function refusePath(response: ServerResponse): void {
  sendError(response, null, {
    status: 400,
    type: 'invalid_request_error',
    code: 'bad_request_target',
    message: 'The request target must be a path that begins with "/".',
  })
}

function ignore(): void {}
