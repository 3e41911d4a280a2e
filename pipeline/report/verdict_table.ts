import { type InputVerdicts, showPath } from '../../contracts/index.ts'
import { wrapText } from './wrap_text.ts'

const MOST_ROWS = 40
const WIDTH = 80
const COUNTS = ['lines', 'accepted', 'rejected', 'quarantined'] as const

type Row = { name: string; reasons: Record<string, number> } & Record<(typeof COUNTS)[number], number>

/**
 * Verdicts by contributor and by file as a table of at most 80 columns, with the reasons for which lines are quarantined. Where there are many
 * rows, those with lines that do not count come first.
 */
export function verdictTable(files: readonly InputVerdicts[]): string[] {
  return [
    ...renderTable('contributor', sumByContributor(files)),
    '',
    ...renderTable(
      'file',
      files.map(({ path, ...counts }) => ({ ...counts, name: showPath(path) })),
    ),
  ]
}

function renderTable(title: string, rows: readonly Row[]): string[] {
  const left = ({ rejected, quarantined }: Row) => rejected + quarantined
  const shown = rows.length > MOST_ROWS ? rows.toSorted((a, b) => left(b) - left(a)).slice(0, MOST_ROWS) : rows
  const widths = COUNTS.map((key) => 1 + Math.max(key.length, ...shown.map((row) => format(row[key]).length)))
  const render = (name: string, counts: string[]) => {
    const numbers = counts.map((count, i) => count.padStart(widths[i]!)).join('')
    const room = WIDTH - numbers.length
    return `${shortenFromLeft(name, room).padEnd(room)}${numbers}`
  }
  const rest = rows.length - shown.length
  const describe = (row: Row) => [
    render(
      row.name,
      COUNTS.map((key) => format(row[key])),
    ),
    ...describeReasons(row),
  ]
  return [render(title, [...COUNTS]), ...shown.flatMap(describe), ...(rest > 0 ? [`… and ${format(rest)} more`] : [])]
}

function format(n: number): string {
  return n.toLocaleString('en')
}

/** The end of a path tells more than its beginning. */
function shortenFromLeft(text: string, room: number): string {
  return text.length <= room ? text : `…${text.slice(text.length - room + 1)}`
}

function describeReasons({ reasons }: Row): string[] {
  const words = Object.entries(reasons).map(([reason, lines]) => `${reason} ${format(lines)}`)
  return words.length === 0 ? [] : wrapText(`quarantined: ${words.join(', ')}`, WIDTH, '  ')
}

/** In the order of the files. A source's name can be that of a contributor. */
function sumByContributor(files: readonly InputVerdicts[]): Row[] {
  const groups = Map.groupBy(files, ({ kind, contributor }) => `${kind === 'curated' ? 'curated/' : ''}${contributor}`)
  return [...groups].map(([name, own]) => own.map((file): Row => ({ ...file, name })).reduce(add))
}

function add(a: Row, b: Row): Row {
  const reasons = { ...a.reasons }
  for (const [reason, lines] of Object.entries(b.reasons)) reasons[reason] = (reasons[reason] ?? 0) + lines
  const counts = Object.fromEntries(COUNTS.map((key) => [key, a[key] + b[key]])) as Omit<Row, 'name' | 'reasons'>
  return { name: a.name, reasons, ...counts }
}
