import { readTaskRequest } from '../wire/read_request.ts'
import type { TaskApi, TaskRequest } from '../wire/types.ts'
import { classifyEnd } from './classify_end.ts'
import { acceptReadable } from './content_coding.ts'
import { sendError } from './error_body.ts'
import type { ExchangeEnd } from './exchange.ts'
import { forward, isUnanswered, sendBadGateway } from './forward.ts'
import type { ForwardOptions } from './forward_options.ts'
import type { ClientCall, Gateway } from './gateway.ts'
import { openTaskReader } from './open_reader.ts'
import { type RequestBody, readBody } from './read_body.ts'
import { TaskRun } from './task_run.ts'
import { chooseUpstream, type Upstream } from './upstream.ts'

/** Larger bodies are passed on unread and unsampled: they hold more than text. */
const MAX_READ_BYTES = 64 * 1024 * 1024
/** A rejected client should not retry at once, nor wait longer than a task takes. */
const RETRY_AFTER_S = 1

/** A task that is being assigned to an upstream. */
interface Assignment {
  gateway: Gateway
  call: ClientCall
  api: TaskApi
  body: RequestBody | null
  /** Null if the body was not read or the task is not sampled. */
  request: TaskRequest | null
  accepted_at: number
}

/** Handles a task: reads its request, chooses its upstream, acquires a slot there, and forwards the request. */
export async function handleTask(gateway: Gateway, call: ClientCall, api: TaskApi): Promise<void> {
  const mustRead = gateway.telemetry.enabled || gateway.router.selective
  const body = mustRead ? await readBody(call.request, MAX_READ_BYTES).catch(() => undefined) : null
  if (body === undefined) return
  const assignment = { gateway, call, api, body, accepted_at: performance.now() }
  // What may be requested depends on the engine; with several upstreams the model must be read first to know which.
  const expected = gateway.router.selective || gateway.upstreams.length > 1 ? null : gateway.upstreams[0]!
  const first = readRequest(assignment, expected)
  const candidates = first === null ? [gateway.upstreams[0]!] : findCandidates(gateway, first)
  if (candidates.length === 0) return refuseModel(gateway, call, api)
  if (first?.is_task === false) return passControl(gateway, call, candidates, first)
  assign({ ...assignment, request: first }, candidates)
}

/** Passes on a request that generates nothing (Ollama: load or unload a model) to the upstream of its model. */
function passControl(gateway: Gateway, call: ClientCall, candidates: readonly Upstream[], request: TaskRequest): void {
  const onEnd = (end: ExchangeEnd) => {
    if (isUnanswered(end)) sendBadGateway(call, request.api, end)
  }
  gateway.metrics.countPassed()
  forward(gateway, call, chooseUpstream(candidates)!, { body: request.body, onEnd })
}

function readRequest({ gateway, call, api, body }: Omit<Assignment, 'request'>, upstream: Upstream | null) {
  if (body?.kind !== 'whole' || call.request.headers['content-encoding'] !== undefined) return null
  if (!gateway.telemetry.enabled || upstream === null) return readTaskRequest(api, body.bytes, 'unknown', call.path)
  const { identity, usage } = upstream
  return readTaskRequest(api, body.bytes, identity.engine, call.path, usage.mayAsk(identity))
}

/** The upstreams that serve the model. A request without a model is for a server that holds one. */
function findCandidates({ router, upstreams }: Gateway, { api, model }: TaskRequest): readonly Upstream[] {
  if (model === '') return [upstreams.find((upstream) => suitsNameless(upstream, api)) ?? upstreams[0]!]
  return router.route(model).map((index) => upstreams[index]!)
}

function suitsNameless({ identity }: Upstream, api: TaskApi): boolean {
  return api === 'native.generate' ? identity.engine === 'tgi' : identity.weights?.held !== undefined
}

/** If the request names no model, the engine or the configuration must name it: a sample without a model is useless. */
function canSample({ telemetry }: Gateway, request: TaskRequest | null, { config, identity }: Upstream): boolean {
  if (!request?.sampled || !telemetry.enabled) return false
  const isNamed = request.model !== '' || request.api === 'native.generate'
  return isNamed || (config.model_ref ?? identity.weights?.held) !== undefined
}

function refuseModel(gateway: Gateway, call: ClientCall, api: TaskApi): void {
  gateway.metrics.countUnrouted()
  sendError(call.response, api, {
    status: 404,
    type: 'invalid_request_error',
    code: 'model_not_found',
    param: 'model',
    message: `No upstream serves this model. Models served here: ${gateway.router.patterns.join(', ')}`,
  })
}

function assign(assignment: Assignment, candidates: readonly Upstream[]): void {
  const { gateway, call, api, accepted_at } = assignment
  const upstream = chooseUpstream(candidates)!
  const read = assignment.request && (readRequest(assignment, upstream) ?? assignment.request)
  const request = canSample(gateway, read, upstream) ? read : null
  const task = {
    request: request ?? { api, model: '', sequences: 1 },
    sampled: request !== null,
    tenant_id: readTenant(gateway, call),
    accepted_at,
  }
  const { telemetry, metrics } = gateway
  const onAdmitted = () => {
    call.response.off('close', onLeave)
    run(assignment, request, taskRun, candidates)
  }
  const taskRun = new TaskRun(task, upstream, { telemetry, metrics, onAdmitted })
  const onLeave = () => taskRun.finish({ exit: 'cancel' }, null)
  call.response.once('close', onLeave)
  if (call.response.destroyed) onLeave()
  else if (taskRun.acquireSlot() === 'refused') refuseTask(call, api)
}

function refuseTask(call: ClientCall, api: TaskApi): void {
  sendError(call.response, api, {
    status: 429,
    type: 'rate_limit_error',
    code: 'queue_full',
    message: 'The engine is busy and the queue before it is full. Try again later.',
    retry_after_s: RETRY_AFTER_S,
  })
}

function run(assignment: Assignment, request: TaskRequest | null, taskRun: TaskRun, candidates: readonly Upstream[]) {
  const { gateway, call, api, body } = assignment
  const { upstream } = taskRun
  const sampled = request !== null
  const options: ForwardOptions = {
    body: request?.body ?? (body?.kind === 'whole' ? body.bytes : body?.stream),
    editHeaders: sampled ? readableOnly : undefined,
    openReader: sampled ? openTaskReader(request, taskRun) : undefined,
    onSent: () => taskRun.markSent(),
    onEnd: (end) => finishTask(assignment, taskRun, candidates, end),
  }
  if (api === 'orch.tasks' && sampled) gateway.orch_tasks.watchCreation(options, request, taskRun)
  forward(gateway, call, upstream, options)
}

function finishTask(assignment: Assignment, taskRun: TaskRun, candidates: readonly Upstream[], end: ExchangeEnd): void {
  const { call, api, body } = assignment
  const others = candidates.filter((upstream) => upstream !== taskRun.upstream)
  const untouched = end.kind === 'upstream_failed' && !end.sent && body?.kind === 'whole'
  if (untouched && others.length > 0) {
    taskRun.release()
    assign(assignment, others)
    return
  }
  taskRun.finish(classifyEnd(end), end.seen)
  if (isUnanswered(end)) sendBadGateway(call, api, end)
}

function readTenant({ tenant_header }: Gateway, { request }: ClientCall): string | undefined {
  const value = tenant_header === undefined ? undefined : request.headers[tenant_header]
  return Array.isArray(value) ? value[0] : value
}

/** Limits Accept-Encoding to codings that can be decoded here, as another body could not be timed. */
function readableOnly(headers: string[]): string[] {
  return headers.map((value, i) =>
    i % 2 === 1 && headers[i - 1]!.toLowerCase() === 'accept-encoding' ? acceptReadable(value) : value,
  )
}
