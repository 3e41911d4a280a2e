import { AnswerWriter } from './answer_writer.ts'
import { tokenText } from './tokens.ts'
import type { Answer, Call, DoubleOptions, Routes } from './types.ts'
import { quoteRequest, sendJson } from './whole_answer.ts'

interface Admitted {
  answer: Answer
  options: DoubleOptions
  cancelled: boolean
}

/**
 * The data plane of llama-orch (contracts/openapi/data.yaml of veighnsche/llama-orch, version 2 of its paths): a task is admitted
 * with 202, its events are read by a second request. Set times count from the admission.
 */
export function orchRoutes(): Routes {
  const tasks = new Map<string, Admitted>()
  return {
    'POST /v2/tasks': (call) => admit(tasks, call),
    'GET /v2/tasks/*/events': (call) => streamEvents(tasks, call),
    'POST /v2/tasks/*/cancel': (call) => {
      const task = tasks.get(taskIdOf(call))
      if (task) task.cancelled = true
      call.response.writeHead(204).end()
    },
    'GET /v2/meta/capabilities': (call) => sendJson(call, 200, { api_version: call.options.version, engines: [] }),
    'GET /health': (call) => sendJson(call, 200, { status: 'ok' }),
  }
}

function admit(tasks: Map<string, Admitted>, call: Call): void {
  const task_id = typeof call.body.task_id === 'string' ? call.body.task_id : `task-${tasks.size + 1}`
  tasks.set(task_id, { answer: call.answer, options: call.options, cancelled: false })
  sendJson(
    call,
    202,
    { task_id, queue_position: 0, predicted_start_ms: 0, backoff_ms: 0 },
    { 'x-correlation-id': 'corr-1' },
  )
}

async function streamEvents(tasks: Map<string, Admitted>, call: Call): Promise<void> {
  const task = tasks.get(taskIdOf(call))
  if (!task) return sendJson(call, 404, { code: 'INVALID_PARAMS', message: 'no such task' })
  const { options, answer } = task
  const events = { ...call, options, answer }
  call.response.on('close', () => {
    answer.aborted = !answer.finished
  })
  const writer = new AnswerWriter(events, 'text/event-stream')
  await writer.write(event('started', { queue_position: 0, predicted_start_ms: 0 }))
  for (let i = 0; i < options.tokens; i++) {
    if (task.cancelled || writer.failsAt(i)) {
      const code = task.cancelled ? 'CANCELLED' : 'POOL_UNAVAILABLE'
      await writer.write(event('error', { code, message: quoteRequest(call), engine: 'vllm' }))
      return writer.end()
    }
    await writer.token(i, event('token', { t: tokenText(i), i }))
  }
  await writer.write(event('metrics', { queue_depth: 0, kv_warmth: true, tokens_in: options.tokens_in }))
  const decode_ms = Math.round((answer.last_token_at ?? 0) - (answer.first_token_at ?? 0))
  await writer.write(event('end', { tokens_out: options.tokens, decode_ms }))
  await writer.end()
}

function event(name: string, body: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(body)}\n\n`
}

function taskIdOf(call: Call): string {
  return call.path.split('/')[3] ?? ''
}
