import { isSampled, readTaskRequest, UNSAMPLED } from '../wire/read_request.ts'
import type { TaskApi } from '../wire/types.ts'
import { UPLOAD_OUTCOMES } from './classify_end.ts'
import { createOrchTask } from './create_orch_task.ts'
import type { ExchangeEnd } from './exchange.ts'
import { findModel } from './find_model.ts'
import { answerFailure, forward } from './forward.ts'
import type { ClientCall, Gateway } from './gateway.ts'
import { UploadError } from './incoming_body.ts'
import { openTaskReader } from './open_reader.ts'
import { refuseModel, refuseTask, refuseUpload } from './refusals.ts'
import { TaskRecord } from './task_record.ts'
import { chooseUpstream, type Upstream } from './upstream.ts'

/** What is read of a body before its task has a slot: enough to find the model of most requests, and all of most. */
const MAX_WAITING_BYTES = 64 * 1024
/** Larger bodies are passed on unread and unsampled: they hold more than text. */
const MAX_READ_BYTES = 64 * 1024 * 1024

/** Handles a task from its first byte to its last: routes it by its model, waits for a slot, forwards it, records it. */
export async function handleTask(gateway: Gateway, call: ClientCall, api: TaskApi): Promise<void> {
  const task = new TaskRecord(gateway, api, readTenant(gateway, call))
  try {
    const candidates = await findCandidates(gateway, call, task)
    if (candidates.length > 0) await run(gateway, call, task, candidates)
    else {
      gateway.metrics.countUnrouted()
      refuseModel(call.response, api, gateway.router.patterns)
    }
  } catch (error) {
    if (!(error instanceof UploadError)) throw error
    task.outcome = UPLOAD_OUTCOMES[error.code]
    refuseUpload(call.response, api, error.code)
  } finally {
    task.record()
  }
}

/** The upstreams that serve the model. A request without a model is for a server that holds one. */
async function findCandidates(gateway: Gateway, call: ClientCall, task: TaskRecord): Promise<readonly Upstream[]> {
  const { router, upstreams } = gateway
  await call.body.read(MAX_WAITING_BYTES)
  task.accepted_at = performance.now()
  if (!router.selective && upstreams.length === 1) return upstreams
  const model = await readModel(call)
  if (model === null) return [upstreams[0]!]
  task.model = model
  if (model !== '') return router.route(model).map((index) => upstreams[index]!)
  return [upstreams.find((upstream) => suitsNameless(upstream, task.api)) ?? upstreams[0]!]
}

/** Reads as much of the body as it takes to find the model. */
async function readModel({ body }: ClientCall): Promise<string | null> {
  for (let limit = MAX_WAITING_BYTES; ; limit *= 2) {
    await body.read(limit)
    const model = findModel(body.bytes(), body.whole)
    if (model !== null || body.whole || limit >= MAX_READ_BYTES) return model
  }
}

function suitsNameless({ identity }: Upstream, api: TaskApi): boolean {
  return api === 'native.generate' ? identity.engine === 'tgi' : identity.weights?.held !== undefined
}

/** Runs the task at the least busy candidate; at another one if that cannot be reached. */
async function run(gateway: Gateway, call: ClientCall, task: TaskRecord, candidates: readonly Upstream[]) {
  const upstream = chooseUpstream(candidates)!
  task.upstream = upstream
  const admittance = call.response.destroyed ? 'gone' : await upstream.admission.acquire(call.response)
  if (admittance === 'gone' || admittance === 'refused') return giveUpWaiting(call, task, upstream, admittance)
  let end: ExchangeEnd
  try {
    if (admittance === 'after_waiting') task.queued_ms = performance.now() - task.accepted_at
    end = await sendTask(gateway, call, task, upstream)
  } finally {
    upstream.admission.release()
  }
  const others = candidates.filter((other) => other !== upstream)
  if (end.kind === 'upstream_failed' && !end.sent && call.body.whole && others.length > 0)
    return run(gateway, call, task, others)
  answerFailure(call, task.api, end)
}

/** A task without a slot: of its body only the beginning was read, which names the model. Sampled if it would have been with a slot. */
function giveUpWaiting(call: ClientCall, task: TaskRecord, { identity }: Upstream, why: 'gone' | 'refused'): void {
  const { whole } = call.body
  const request = whole ? readTaskRequest(task.api, call.body.bytes(), identity.engine, call.path, false) : null
  const model = whole ? (request?.model ?? null) : findModel(call.body.bytes(), false)
  task.model = model !== null && isSampled(task.api, model, identity.engine) ? model : null
  task.is_task = request?.is_task ?? true
  if (why === 'gone') task.outcome = { exit: 'cancel' }
  else {
    task.outcome = { exit: 'reject', error_code: 'queue_full' }
    refuseTask(call.response, task.api)
  }
}

/** Sends a task that has a slot to its engine. Resolves when its response has ended, and a task of llama-orch with its events. */
async function sendTask(
  gateway: Gateway,
  call: ClientCall,
  task: TaskRecord,
  upstream: Upstream,
): Promise<ExchangeEnd> {
  const request = await readRest(gateway, call, task, upstream)
  const onSent = () => task.markSent()
  const isRead = request !== null && task.readable && (task.api !== 'orch.tasks' || gateway.telemetry.enabled)
  if (!isRead) {
    const body = call.body.whole ? call.body.bytes() : undefined
    return task.finish(await forward(gateway, call, upstream, { body, onSent }))
  }
  if (task.api === 'orch.tasks') return createOrchTask(gateway, call, task, request)
  const { body } = request
  const openReader = openTaskReader(request, task)
  const uncompressed = gateway.telemetry.enabled
  return task.finish(await forward(gateway, call, upstream, { body, onSent, openReader, uncompressed }))
}

/** Reads the request, without its prompt; null if its response will not be read. Without telemetry the engine is asked for nothing more. */
async function readRest({ telemetry }: Gateway, call: ClientCall, task: TaskRecord, { identity, usage }: Upstream) {
  const { 'content-encoding': coding, 'content-length': length } = call.request.headers
  task.model = null
  const isRead = coding === undefined && Number(length ?? 0) <= MAX_READ_BYTES
  if (!isRead || UNSAMPLED.has(task.api)) return null
  const began = performance.now()
  await call.body.read(MAX_READ_BYTES)
  task.accepted_at += performance.now() - began
  if (!call.body.whole) return null
  const mayAsk = telemetry.enabled && usage.mayAsk(identity)
  const request = readTaskRequest(task.api, call.body.bytes(), identity.engine, call.path, mayAsk)
  task.model = request?.sampled ? request.model : null
  task.is_task = request?.is_task ?? true
  task.sequences = request?.sequences ?? 1
  return request
}

function readTenant({ tenant_header }: Gateway, { request }: ClientCall): string | undefined {
  const value = tenant_header === undefined ? undefined : request.headers[tenant_header]
  return Array.isArray(value) ? value[0] : value
}
