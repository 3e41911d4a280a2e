import type { ReportRow } from '../../contracts/host_report.ts'

/** Figures of the sketch at the three digits that it knows. */
export function roundRow(row: ReportRow): ReportRow {
  const round = (value: number | null) => (value === null ? null : Number(value.toPrecision(3)))
  return {
    ...row,
    ttft_ms_p50: round(row.ttft_ms_p50),
    ttft_ms_p95: round(row.ttft_ms_p95),
    decode_tps_p5: round(row.decode_tps_p5),
    decode_tps_p50: round(row.decode_tps_p50),
    output_tps_p50: round(row.output_tps_p50),
    output_tps_p95: round(row.output_tps_p95),
    decode_tps_over_time: row.decode_tps_over_time.map(round),
  }
}
