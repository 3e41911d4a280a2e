import type { TelemetryEvent } from '../../../contracts/index.ts'
import { decodeSpeed, formatFigure } from '../figures.ts'

/** A column of the table: its width, alignment and content. */
interface Column {
  title: string
  width: number
  right?: boolean
  text: (sample: TelemetryEvent) => string
}

/** Together 80 characters wide with the blanks between them; the name of the model takes what a wider terminal has left. */
const COLUMNS: readonly Column[] = [
  { title: 'time (UTC)', width: 14, text: ({ ts }) => ts.slice(5, 19).replace('T', ' ') },
  { title: 'model', width: 16, text: ({ model_ref }) => model_ref.replace(/^hf:/, '') },
  { title: 'engine', width: 9, text: ({ engine }) => engine },
  { title: 'in', width: 6, right: true, text: ({ tokens_in }) => String(tokens_in) },
  { title: 'out', width: 6, right: true, text: ({ tokens_out }) => String(tokens_out) },
  { title: 'TTFT ms', width: 8, right: true, text: ({ first_token_ms }) => formatKnown(first_token_ms) },
  { title: 'tok/s', width: 6, right: true, text: (sample) => formatKnown(decodeSpeed(sample)) },
  { title: 'exit', width: 6, text: ({ exit }) => exit },
]

const LEAST_COLUMNS = COLUMNS.reduce((sum, { width }) => sum + width + 1, -1)

/** The head of the table. */
export function formatSampleHead(columns: number): string {
  return formatRow(({ title }) => title, columns)
}

/** A sample as a row of the table. */
export function formatSampleRow(sample: TelemetryEvent, columns: number): string {
  return formatRow(({ text }) => text(sample), columns)
}

function formatRow(cell: (column: Column) => string, columns: number): string {
  const spare = Math.max(0, columns - LEAST_COLUMNS)
  const cells = COLUMNS.map((column) => {
    const width = column.width + (column.title === 'model' ? spare : 0)
    const text = shorten(cell(column), width)
    return column.right ? text.padStart(width) : text.padEnd(width)
  })
  return cells.join(' ').trimEnd()
}

function shorten(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text
}

function formatKnown(value: number | null): string {
  return value === null ? '–' : formatFigure(value)
}
