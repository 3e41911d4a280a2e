import { decodeTpsOf, piecesShowFirstToken } from '../../contracts/metrics.ts'
import type { ReportedTask } from './read_tasks.ts'

/** Decode speed of a task in tokens/s as the published figures count it; NaN if it has none. */
export function decodeOf(task: ReportedTask): number {
  return task.exit === 'ok' ? decodeTpsOf(task) : Number.NaN
}

/** Time to the first token in ms as the published figures count it; NaN if it has none. */
export function firstTokenOf(task: ReportedTask): number {
  const { exit, tokens_out, cold_start, streamed, timing_source, pieces, first_token_ms } = task
  if (exit !== 'ok' || tokens_out < 1 || cold_start === true || first_token_ms === null) return Number.NaN
  if (timing_source === 'engine') return first_token_ms
  const isShown = streamed !== false && piecesShowFirstToken(tokens_out, pieces ?? Number.NaN)
  return isShown ? first_token_ms : Number.NaN
}
