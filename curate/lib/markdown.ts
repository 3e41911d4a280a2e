/** A table of a Markdown file. Cells are trimmed and without marks of bold type. */
export interface MarkdownTable {
  /** The headings above it, the outermost first. */
  headings: string[]
  columns: string[]
  rows: string[][]
}

const RULE = /^:?-+:?$/

/** The tables of a Markdown text, in its order: a line of titles, a rule, and rows, with bars at the ends or without. */
export function readTables(text: string): MarkdownTable[] {
  const headings: string[] = []
  const tables: MarkdownTable[] = []
  let open: MarkdownTable | null = null
  let previous: string[] = []
  for (const line of text.split(/\r?\n/)) {
    const heading = /^(#+)\s+(.*)$/.exec(line)
    if (heading !== null) headings.splice(heading[1]!.length - 1, Number.POSITIVE_INFINITY, heading[2]!.trim())
    const cells = cellsOf(line)
    if (cells.length === 0) open = null
    else if (open !== null) open.rows.push(cells)
    else if (cells.every((cell) => RULE.test(cell))) {
      open = { headings: headings.filter(Boolean), columns: previous, rows: [] }
      tables.push(open)
    }
    previous = cells
  }
  return tables
}

/** A row by its column titles; a cell that a short row lacks is empty. */
export function byColumn({ columns }: MarkdownTable, cells: readonly string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']))
}

/** The number that a cell begins with (`4505.82 ± 12.90`, `92.49 Tokens/s`); null if it begins with none. */
export function numberIn(cell: string | undefined): number | null {
  const digits = /^-?\d[\d,]*(\.\d+)?/.exec(cell ?? '')?.[0]
  return digits === undefined ? null : Number(digits.replaceAll(',', ''))
}

function cellsOf(line: string): string[] {
  if (!line.includes('|')) return []
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '')
  return inner.split('|').map((cell) => cell.replaceAll('**', '').trim())
}
