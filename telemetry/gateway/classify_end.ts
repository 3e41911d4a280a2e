import type { Exit } from '../../contracts/index.ts'
import type { ExchangeEnd } from './exchange.ts'

/** How a task ended, in the words of the contract. */
export interface TaskOutcome {
  exit: Exit
  error_code?: string
}

const TOO_MANY_REQUESTS = 429

/** How a task ended, from how its response did. A client that leaves after the last token of a whole answer had it all. */
export function classifyEnd(end: ExchangeEnd): TaskOutcome {
  const { status, seen } = end
  if (status !== null && !isSuccess(status)) return classifyStatus(status)
  if (seen !== null && seen.error_code !== null) return { exit: 'error', error_code: seen.error_code }
  if (seen?.complete) return { exit: 'ok' }
  if (end.kind === 'client_gone') return { exit: 'cancel' }
  if (end.kind === 'upstream_failed') return { exit: 'error', error_code: nameFailure(end.why, status !== null) }
  return seen === null ? { exit: 'ok' } : { exit: 'error', error_code: 'incomplete' }
}

function classifyStatus(status: number): TaskOutcome {
  return { exit: status === TOO_MANY_REQUESTS ? 'reject' : 'error', error_code: `http_${status}` }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

/** Codes of connections as a closed set, for a sample says what went wrong and not where. */
function nameFailure(why: string, answering: boolean): string {
  if (why === 'gateway_shutdown') return why
  if (answering) return 'upstream_reset'
  return /REFUSED|UNREACH|NOTFOUND|EAI_AGAIN|CONNECT_TIMEOUT|ETIMEDOUT|CERT|TLS|SSL/.test(why)
    ? 'upstream_unreachable'
    : 'upstream_closed'
}
