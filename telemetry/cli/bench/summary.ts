import type { TelemetryEvent } from '../../../contracts/index.ts'
import { decodeSpeed, formatFigure, median } from '../figures.ts'
import { formatTable } from '../format.ts'
import type { Measurement } from './measure.ts'
import { PROMPT_KINDS } from './prompts.ts'

/** A row for each kind of prompt, and one for all: medians over the requests that ended well. */
export function formatMeasurements(measurements: readonly Measurement[]): string[] {
  const good = measurements.filter(({ event }) => event?.exit === 'ok')
  const kinds = PROMPT_KINDS.map(({ kind }) => ({ title: kind as string, rows: good.filter((m) => m.kind === kind) }))
  const groups = [...kinds.filter(({ rows }) => rows.length > 0), { title: 'all', rows: good }]
  const head = ['Prompts', 'n', 'tokens in', 'tokens out', 'TTFT p50', 'decode p50']
  const rows = groups.map(({ title, rows: group }) =>
    formatGroup(
      title,
      group.map(({ event }) => event!),
    ),
  )
  return formatTable(head, rows, [1, 2, 3, 4, 5])
}

function formatGroup(title: string, events: readonly TelemetryEvent[]): string[] {
  const of = (read: (event: TelemetryEvent) => number | null) =>
    median(events.map(read).filter((value) => value !== null))
  const speed = of(decodeSpeed)
  const first = of(({ first_token_ms }) => first_token_ms)
  return [
    title,
    String(events.length),
    formatCount(of(({ tokens_in }) => (tokens_in > 0 ? tokens_in : null))),
    formatCount(of(({ tokens_out }) => tokens_out)),
    first === null ? '–' : `${formatFigure(first)} ms`,
    speed === null ? '–' : `${formatFigure(speed)} tok/s`,
  ]
}

function formatCount(value: number | null): string {
  return value === null ? '–' : Math.round(value).toLocaleString('en')
}
