const BASE_MS = 1000
const CAP_MS = 300_000
/** The longest Retry-After that is followed: a day. */
const RETRY_AFTER_CAP_MS = 86_400_000

/**
 * Time until the next attempt in ms: exponential back-off with full jitter, a uniform draw from 0 to
 * min(5 min, 1 s × 2^failures), but never sooner than the receiver asked for.
 *
 * @param failures attempts that failed in a row before this one
 * @param random a draw from 0 to 1
 */
export function backoffTime(failures: number, random: number, retry_after_ms = 0): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures, 30))
  return Math.max(random * ceiling, Math.min(retry_after_ms, RETRY_AFTER_CAP_MS))
}
