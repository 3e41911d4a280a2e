import { decodeTpsOf, isSeveral, type Metric, piecesShowFirstToken } from '../../../contracts/metrics.ts'
import type { TelemetryEvent } from '../../../contracts/telemetry_event.ts'

/** What of a sample or a run its metrics are made of. */
export type Measured = Pick<TelemetryEvent, 'exit' | 'first_token_ms' | 'decode_time_ms' | 'measurement_type'> &
  Partial<
    Pick<
      TelemetryEvent,
      'tokens_estimated' | 'tokens_in_cached' | 'cold_start' | 'streamed' | 'timing_source' | 'pieces'
    >
  > & {
    tokens_in: number | null
    tokens_out: number | null
    total_time_ms?: number | null
  }

/** The metrics that a sample or a run counts for, in their units. contracts/metrics.ts documents the formulae and conditions. */
export function measureSample(line: Measured): Partial<Record<Metric, number>> {
  const { tokens_in: prompt, tokens_out: tokens, first_token_ms: first, decode_time_ms: decode } = line
  if (line.exit !== 'ok') return {}
  const found: Partial<Record<Metric, number>> = {}
  const whole = line.total_time_ms ?? (first === null || decode === null ? null : first + decode)
  if (tokens !== null && line.tokens_estimated !== true) {
    found.decode_tps = decodeTpsOf({ ...line, tokens_out: tokens })
    if (whole !== null && !isSeveral(line)) found.e2e_tps = (tokens * 1000) / whole
  }
  if (first !== null && tokens !== 0 && firstTokenCounts(line)) {
    found.ttft_ms = first
    if (line.measurement_type === 'single_stream' && prompt !== null)
      found.prefill_tps = ((prompt - (line.tokens_in_cached ?? 0)) * 1000) / first
  }
  return keepPositive(found)
}

/** Whether first_token_ms is the time of a first token on a loaded model. */
function firstTokenCounts({ cold_start, streamed, timing_source, tokens_out, pieces }: Measured): boolean {
  const isSeen = streamed !== false && piecesShowFirstToken(tokens_out ?? Number.NaN, pieces ?? Number.NaN)
  return cold_start !== true && (isSeen || timing_source === 'engine')
}

function keepPositive(values: Partial<Record<Metric, number>>): Partial<Record<Metric, number>> {
  const entries = Object.entries(values).filter(([, value]) => Number.isFinite(value) && value > 0)
  return Object.fromEntries(entries)
}
