import { sendError } from './error_body.ts'
import type { ClientCall, Gateway } from './gateway.ts'
import { toUpstreamHeaders } from './headers.ts'
import type { Upstream } from './upstream.ts'

/** An engine that does not answer in this time is left out of the list. */
const LIST_TIMEOUT_MS = 5_000

/** Whether a request asks for the models of more than one engine. */
export function asksForAllModels(gateway: Gateway, { method, path }: ClientCall): boolean {
  return gateway.upstreams.length > 1 && method === 'GET' && /\/v1\/models\/?(\?|$)/.test(path)
}

/** Responds to `GET /v1/models` with the models of all engines that answer, each engine's limited to those routed to it. */
export async function listModels(gateway: Gateway, call: ClientCall): Promise<void> {
  const lists = await Promise.all(gateway.upstreams.map((upstream) => askModels(upstream, call)))
  const known = lists.filter((list) => list !== null)
  if (known.length === 0) {
    sendError(call.response, null, {
      status: 502,
      type: 'upstream_error',
      code: 'upstream_unreachable',
      message: 'No engine listed its models. Check that they run and accept the key that was sent.',
    })
    return
  }
  const served = lists.flatMap((list, index) =>
    (list ?? []).filter((model) => isServedBy(gateway, model, index)).map((model) => [model.id, model] as const),
  )
  const body = Buffer.from(JSON.stringify({ object: 'list', data: [...new Map(served).values()] }))
  call.response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body)
}

interface ListedModel {
  id: string
}

function isServedBy(gateway: Gateway, { id }: ListedModel, index: number): boolean {
  return gateway.router.route(id).includes(index)
}

async function askModels(upstream: Upstream, { request, path }: ClientCall): Promise<ListedModel[] | null> {
  const headers = upstream.authorize(toUpstreamHeaders(request.rawHeaders, upstream.host, undefined))
  const plain = headers.filter((_, i) => headers[i - (i % 2)]!.toLowerCase() !== 'accept-encoding')
  try {
    const signal = AbortSignal.timeout(LIST_TIMEOUT_MS)
    const answer = await upstream.pool.request({ method: 'GET', path: upstream.pathOf(path), headers: plain, signal })
    if (answer.statusCode !== 200) {
      await answer.body.dump()
      return null
    }
    const { data } = (await answer.body.json()) as { data?: unknown }
    return Array.isArray(data) ? data.filter((model) => typeof model?.id === 'string') : null
  } catch {
    return null
  }
}
