import type { SinkResult } from './types.ts'

/**
 * What the status of a receiver means for a batch. Only 400 and 422 are a verdict on the samples themselves. A refused token or a
 * wrong address is the operator's to mend: the samples are kept.
 */
export function classifyOutcome(status: number): SinkResult['kind'] {
  if (status >= 200 && status < 300) return 'accepted'
  if (status === 413) return 'split'
  return status === 400 || status === 422 ? 'refused' : 'retry'
}

/** The outcome of a batch that was answered. Redirects are handled before. */
export function classifyStatus(
  origin: string,
  status: number,
  retryAfter: string | undefined,
  now_ms: number,
): SinkResult {
  const kind = classifyOutcome(status)
  if (kind === 'accepted') return { kind }
  const why = `${origin}: expected status 2xx, found ${status}`
  if (kind !== 'retry') return { kind, why }
  const after_ms = parseRetryAfter(retryAfter, now_ms)
  return { kind, why: why + adviseOn(status), ...(after_ms === undefined ? {} : { after_ms }) }
}

function adviseOn(status: number): string {
  if (status === 401 || status === 403) return '. Check telemetry.http.token_env or token_file'
  const isTemporary = status >= 500 || status === 408 || status === 425 || status === 429
  return isTemporary ? '' : '. Check telemetry.http.url'
}

/** Retry-After in ms: seconds or an HTTP date (RFC 9110, 10.2.3). undefined if it is neither. */
export function parseRetryAfter(value: string | undefined, now_ms: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now_ms)
}

export type Redirect = { kind: 'follow'; url: URL } | { kind: 'stop'; why: string }

/**
 * Whether a redirect may be followed: only within the same origin, and with the method kept. Samples and token are never sent to
 * a host that the operator did not name.
 */
export function classifyRedirect(from: URL, status: number, location: string | undefined): Redirect {
  const to = location === undefined ? null : resolve(location, from)
  if (!to) return { kind: 'stop', why: `${from.origin}: expected status 2xx, found a redirect (${status}) to nowhere` }
  if (to.origin !== from.origin) {
    const fix = 'Samples go only to the host of telemetry.http.url; if the other is right, set it there'
    return {
      kind: 'stop',
      why: `${from.origin}: expected status 2xx, found a redirect (${status}) to ${to.origin}. ${fix}`,
    }
  }
  if (status === 307 || status === 308) return { kind: 'follow', url: to }
  const fix = `Set telemetry.http.url to the address that takes a POST`
  return {
    kind: 'stop',
    why: `${from.origin}: expected status 2xx, found a redirect (${status}) to ${to.pathname}. ${fix}`,
  }
}

function resolve(location: string, from: URL): URL | null {
  try {
    return new URL(location, from)
  } catch {
    return null
  }
}
