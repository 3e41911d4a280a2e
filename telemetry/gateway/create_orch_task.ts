import { newObservation } from '../wire/observation.ts'
import type { Observation, ResponseReader, TaskRequest } from '../wire/types.ts'
import type { ExchangeEnd } from './exchange.ts'
import { forward } from './forward.ts'
import type { ClientCall, Gateway } from './gateway.ts'
import { openTaskReader } from './open_reader.ts'
import { SafeReader } from './safe_reader.ts'
import type { TaskRecord } from './task_record.ts'

/** The longest response to the creation of a task that is read: it holds an id and little else. */
const MAX_ANSWER_BYTES = 65_536

/**
 * Creates a task of llama-orch at its engine and reads its id in the response. Resolves when the events of the task have ended, or
 * at once if it was not created.
 */
export async function createOrchTask(
  gateway: Gateway,
  call: ClientCall,
  record: TaskRecord,
  request: TaskRequest,
): Promise<ExchangeEnd> {
  const answer = new AnswerReader()
  const upstream = record.upstream!
  const created = await forward(gateway, call, upstream, {
    body: request.body,
    onSent: () => record.markSent(),
    openReader: (status) => (status >= 200 && status < 300 ? new SafeReader(answer) : null),
    uncompressed: true,
  })
  const id = created.kind === 'complete' && created.seen !== null ? answer.taskId() : null
  if (id === null) return record.finish(created)
  call.body.release()
  const openReader = openTaskReader(request, record)
  Object.assign(record, await gateway.orch_tasks.untilEnd(id, { upstream, openReader }))
  return created
}

/** Collects the small body of the response to the creation of a task; never changes it. */
class AnswerReader implements ResponseReader {
  readonly rewrites = false
  readonly observation = newObservation()
  readonly #chunks: Buffer[] = []
  #size = 0

  push(bytes: Buffer): Buffer {
    this.#size += bytes.length
    if (this.#size <= MAX_ANSWER_BYTES) this.#chunks.push(bytes)
    return bytes
  }

  end(): { rest: null; observation: Observation } {
    return { rest: null, observation: this.observation }
  }

  taskId(): string | null {
    try {
      const answer = JSON.parse(Buffer.concat(this.#chunks).toString()) as Record<string, unknown> | null
      const id = answer?.task_id ?? answer?.id
      return typeof id === 'string' && id !== '' ? id : null
    } catch {
      return null
    }
  }
}
