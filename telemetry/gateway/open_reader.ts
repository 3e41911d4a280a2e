import { createResponseReader } from '../wire/create_reader.ts'
import type { TaskRequest } from '../wire/types.ts'
import { findHeader } from './headers.ts'
import { SafeReader } from './safe_reader.ts'
import type { TaskRecord } from './task_record.ts'

/**
 * Opens the reader of a task's response when its head has arrived. The body of a failure is not read: its status is enough; nor is
 * a body that the engine compresses although it was asked not to.
 */
export function openTaskReader(request: TaskRequest, task: TaskRecord) {
  return (status: number, headers: readonly string[]): SafeReader | null => {
    if (status < 200 || status >= 300) return null
    const coding = findHeader(headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity'
    if (coding !== 'identity' && coding !== '') return null
    const content_type = findHeader(headers, 'content-type')
    const head = { status, content_type, header: (name: string) => findHeader(headers, name) }
    const { usage, identity } = task.upstream!
    const reader = usage.watch(createResponseReader(request, head, identity.engine), request, identity.engine)
    return new SafeReader(reader, (count, at) => task.load?.addTokens(count, at))
  }
}
