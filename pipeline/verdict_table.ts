import { type InputVerdicts, showPath } from '../contracts/index.ts'

/** Rows shown; the rest is in verdicts.json and in the manifest. */
const MOST_ROWS = 40
const COUNTS = ['lines', 'accepted', 'rejected', 'quarantined'] as const
const COUNT_WIDTH = 12
const NAME_WIDTH = 80 - COUNTS.length * COUNT_WIDTH

type Row = { name: string } & Record<(typeof COUNTS)[number], number>

/**
 * Verdicts by contributor and by file as a table of at most 80 columns. Where there are many rows, those with lines that do not count come first.
 */
export function verdictTable(files: readonly InputVerdicts[]): string[] {
  return [...table('contributor', sumByContributor(files)), '', ...table('file', files.map(nameFile))]
}

function table(title: string, rows: readonly Row[]): string[] {
  const shown = rows.length > MOST_ROWS ? rows.toSorted((a, b) => outOf(b) - outOf(a)).slice(0, MOST_ROWS) : rows
  const rest = rows.length - shown.length
  const header = title.padEnd(NAME_WIDTH) + COUNTS.map((name) => name.padStart(COUNT_WIDTH)).join('')
  return [header, ...shown.map(showRow), ...(rest > 0 ? [`… and ${rest.toLocaleString('en')} more`] : [])]
}

function outOf({ rejected, quarantined }: Row): number {
  return rejected + quarantined
}

function showRow(row: Row): string {
  const counts = COUNTS.map((key) => row[key].toLocaleString('en').padStart(COUNT_WIDTH)).join('')
  return `${shortenFromLeft(row.name, NAME_WIDTH).padEnd(NAME_WIDTH)}${counts}`
}

/** The end of a path tells more than its beginning. */
function shortenFromLeft(text: string, width: number): string {
  return text.length < width ? text : `…${text.slice(text.length - width + 2)}`
}

function nameFile({ path, ...counts }: InputVerdicts): Row {
  return { ...counts, name: showPath(path) }
}

function sumByContributor(files: readonly InputVerdicts[]): Row[] {
  const groups = Map.groupBy(files, ({ kind, contributor }) => `${kind === 'curated' ? 'curated/' : ''}${contributor}`)
  return [...groups].map(([name, own]) => ({ name, ...sum(own) }))
}

function sum(files: readonly InputVerdicts[]): Omit<Row, 'name'> {
  const total = (key: (typeof COUNTS)[number]) => files.reduce((n, file) => n + file[key], 0)
  return {
    lines: total('lines'),
    accepted: total('accepted'),
    rejected: total('rejected'),
    quarantined: total('quarantined'),
  }
}
