import type { Implausibility, ImplausibleClaim } from './plausibility.ts'
import type { Problem } from './problem.ts'

/** A claim that cannot be believed as a problem of the line: what it says, the limit and what that follows from, and the remedy. */
export function describeImplausible(claim: ImplausibleClaim): Problem {
  const { reason, value, limit, unit, basis } = claim
  const { path, what, fix } = WORDS[reason]
  const measure = unit === 'day' ? '' : ` ${unit}`
  return { column: 1, path, expected: `${what} ${limit}${measure} (${basis})`, found: `${value}${measure}`, fix }
}

const WORDS: Record<Implausibility, { path: string; what: string; fix: string }> = {
  implausible_memory: {
    path: '$.vram_used_mb_peak',
    what: 'at most',
    fix: 'state both over all GPUs of the task, in MB',
  },
  implausible_weights: {
    path: '$.gpu_count',
    what: 'weights of at most',
    fix: 'state gpu_count, quantization and weights_mb as they were; leave out runs with weights in system memory',
  },
  implausible_speed: {
    path: '$.decode_time_ms',
    what: 'a decode speed of one stream of at most',
    fix: 'check decode_time_ms, gpu_count and quantization; state weights_mb, speculative or measurement_type where they apply',
  },
  implausible_date: {
    path: '$.ts',
    what: 'a day up to',
    fix: 'check the clock of the host; older samples are not published',
  },
}
