import { decodeTpsOf, isSeveral, type Metric, piecesShowFirstToken } from '../../../contracts/metrics.ts'
import type { TelemetryEvent } from '../../../contracts/telemetry_event.ts'

/** The metrics that a sample counts for, in their units. contracts/metrics.ts documents the formulae and conditions. */
export function measureSample(sample: TelemetryEvent): Partial<Record<Metric, number>> {
  const { tokens_out: tokens, first_token_ms: first, decode_time_ms: decode } = sample
  if (sample.exit !== 'ok' || first === null || decode === null) return {}
  const found: Partial<Record<Metric, number>> = {}
  if (sample.tokens_estimated !== true) {
    found.decode_tps = decodeTpsOf(sample)
    if (!isSeveral(sample)) found.e2e_tps = (tokens * 1000) / (first + decode)
  }
  if (tokens >= 1 && firstTokenCounts(sample)) {
    found.ttft_ms = first
    if (sample.measurement_type === 'single_stream')
      found.prefill_tps = ((sample.tokens_in - (sample.tokens_in_cached ?? 0)) * 1000) / first
  }
  return keepPositive(found)
}

/** Whether first_token_ms is the time of a first token on a loaded model. */
function firstTokenCounts({ cold_start, streamed, timing_source, tokens_out, pieces }: TelemetryEvent): boolean {
  const isSeen = streamed !== false && piecesShowFirstToken(tokens_out, pieces ?? Number.NaN)
  return cold_start !== true && (isSeen || timing_source === 'engine')
}

function keepPositive(values: Partial<Record<Metric, number>>): Partial<Record<Metric, number>> {
  const entries = Object.entries(values).filter(([, value]) => Number.isFinite(value) && value > 0)
  return Object.fromEntries(entries)
}
