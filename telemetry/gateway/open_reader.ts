import { createResponseReader } from '../wire/create_reader.ts'
import type { TaskRequest } from '../wire/types.ts'
import { findHeader } from './headers.ts'
import { SafeReader } from './safe_reader.ts'
import type { TaskRun } from './task_run.ts'

/** Opens the reader of a task's response when its head has arrived. The body of a failure is not read: its status is enough. */
export function openTaskReader(request: TaskRequest, run: TaskRun) {
  return (status: number, headers: readonly string[]): SafeReader | null => {
    if (status < 200 || status >= 300) return null
    const content_type = findHeader(headers, 'content-type')
    const head = { status, content_type, header: (name: string) => findHeader(headers, name) }
    const { usage, identity } = run.upstream
    return new SafeReader(usage.watch(createResponseReader(request, head, identity.engine), request, identity.engine))
  }
}
