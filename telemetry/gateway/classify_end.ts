import type { Exit } from '../../contracts/index.ts'
import type { ExchangeEnd } from './exchange.ts'
import type { UploadFailure } from './incoming_body.ts'

/** How a task ended, as a sample records it. */
export interface TaskOutcome {
  exit: Exit
  error_code?: string
}

const TOO_MANY_REQUESTS = 429

/** How a task ended whose request body could not be read. */
export const UPLOAD_OUTCOMES: Readonly<Record<UploadFailure, TaskOutcome>> = {
  upload_gone: { exit: 'cancel' },
  upload_stalled: { exit: 'cancel', error_code: 'upload_stalled' },
  upload_no_memory: { exit: 'reject', error_code: 'upload_no_memory' },
}

/** Classifies how a task ended from how its exchange ended. If the response was complete, the task is `ok` even if the client is gone. */
export function classifyEnd(end: ExchangeEnd): TaskOutcome {
  const { status, seen } = end
  if (status !== null && !isSuccess(status)) return classifyStatus(status)
  if (seen !== null && seen.error_code !== null) return { exit: 'error', error_code: seen.error_code }
  if (seen?.complete || (seen?.ends_with_body && end.kind === 'complete')) return { exit: 'ok' }
  if (end.kind === 'client_gone') return { exit: 'cancel' }
  if (end.kind === 'upstream_failed')
    return (
      UPLOAD_OUTCOMES[end.why as UploadFailure] ?? { exit: 'error', error_code: nameFailure(end.why, status !== null) }
    )
  return seen === null ? { exit: 'ok' } : { exit: 'error', error_code: 'incomplete' }
}

function classifyStatus(status: number): TaskOutcome {
  return { exit: status === TOO_MANY_REQUESTS ? 'reject' : 'error', error_code: `http_${status}` }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

/** Connection errors as a closed set of codes, so that a sample holds no address. */
function nameFailure(why: string, answering: boolean): string {
  if (why === 'gateway_shutdown') return why
  if (answering) return 'upstream_reset'
  return /REFUSED|UNREACH|NOTFOUND|EAI_AGAIN|CONNECT_TIMEOUT|ETIMEDOUT|CERT|TLS|SSL/.test(why)
    ? 'upstream_unreachable'
    : 'upstream_closed'
}
