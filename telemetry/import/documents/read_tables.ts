/** A row of a table by the names of its columns; numbers and truth values are left as the text that stands there. */
export type TableRow = Record<string, string>

/** A table found in lines of text. */
export interface Table {
  form: 'csv' | 'markdown' | 'sql'
  rows: { line: number; cells: TableRow }[]
}

export interface TextLine {
  line: number
  text: string
}

/** The tables in lines of text, and the lines that belong to none. */
export interface TextParts {
  tables: Table[]
  rest: TextLine[]
}

/** Finds tables in CSV, in Markdown and in the INSERT statements of SQL. */
export function readTables(lines: readonly TextLine[]): TextParts {
  const tables: Table[] = []
  const rest: TextLine[] = []
  for (let at = 0; at < lines.length; ) {
    const found = markdownAt(lines, at) ?? csvAt(lines, at) ?? sqlAt(lines, at)
    if (found) {
      if (found.rows.length > 0) tables.push({ form: found.form, rows: found.rows })
      at += found.length
    } else rest.push(lines[at++]!)
  }
  return { tables, rest }
}

type Found = Table & { length: number }

/** A head of at least three columns named as programs name them, and the lines below that have as many cells. */
function csvAt(lines: readonly TextLine[], at: number): Found | undefined {
  for (const split of CSV_SPLITTERS) {
    const head = split(lines[at]!.text)
    if (head.length < 3 || !head.every((name) => /^[A-Za-z][A-Za-z0-9_]*$/.test(name))) continue
    const rows = takeRows(lines, at + 1, head, split)
    return rows.length === 0 ? undefined : { form: 'csv', rows, length: rows.length + 1 }
  }
  return undefined
}

function markdownAt(lines: readonly TextLine[], at: number): Found | undefined {
  const head = splitMarkdown(lines[at]!.text)
  if (!head || !/^\|(?:\s*:?-+:?\s*\|)+$/.test(lines[at + 1]?.text.trim() ?? '')) return undefined
  const rows = takeRows(lines, at + 2, head, (text) => splitMarkdown(text) ?? [])
  return { form: 'markdown', rows, length: rows.length + 2 }
}

function takeRows(
  lines: readonly TextLine[],
  from: number,
  head: readonly string[],
  split: (text: string) => string[],
): Table['rows'] {
  const rows: Table['rows'] = []
  for (let next = from; next < lines.length; next++) {
    const { line, text } = lines[next]!
    const cells = split(text)
    // The head again is that of another run, appended.
    if (cells.length !== head.length || cells.every((cell, index) => cell === head[index])) break
    rows.push({ line, cells: toRow(head, cells) })
  }
  return rows
}

/** `INSERT INTO t (a, b) VALUES ('1', '2');` on one line, as llama-bench writes it; CREATE TABLE is skipped up to its end. */
const INSERT = /^INSERT INTO \w+ \(([\w, ]+)\) VALUES \((.*)\);?$/i

function sqlAt(lines: readonly TextLine[], at: number): Found | undefined {
  if (/^CREATE TABLE/i.test(lines[at]!.text)) {
    let end = at
    while (end < lines.length - 1 && !lines[end]!.text.trim().endsWith(';')) end++
    return { form: 'sql', rows: [], length: end - at + 1 }
  }
  const rows: Table['rows'] = []
  for (let next = at; next < lines.length; next++) {
    const { line, text } = lines[next]!
    const [, names, values] = INSERT.exec(text.trim()) ?? []
    if (names === undefined || values === undefined) break
    rows.push({ line, cells: toRow(names.split(/,\s*/), splitSql(values)) })
  }
  return rows.length === 0 ? undefined : { form: 'sql', rows, length: rows.length }
}

function toRow(head: readonly string[], cells: readonly string[]): TableRow {
  return Object.fromEntries(head.map((name, index) => [name, cells[index] ?? '']))
}

/** One cell of RFC 4180, and of the tables that spreadsheets make of them. */
const CELLS = {
  ',': /(?<=^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g,
  ';': /(?<=^|;)(?:"((?:[^"]|"")*)"|([^;]*))/g,
  '\t': /(?<=^|\t)(?:"((?:[^"]|"")*)"|([^\t]*))/g,
}

/** Where a semicolon separates the cells, numbers have a decimal comma. */
const CSV_SPLITTERS = [
  (text: string) => splitCsv(text, ','),
  (text: string) => splitCsv(text, ';').map((cell) => cell.replace(/^(-?\d+),(\d+(?:E[+-]?\d+)?)$/i, '$1.$2')),
  (text: string) => splitCsv(text, '\t'),
]

function splitCsv(text: string, separator: keyof typeof CELLS): string[] {
  return [...text.matchAll(CELLS[separator])].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.trim() ?? '',
  )
}

function splitMarkdown(text: string): string[] | undefined {
  const trimmed = text.trim()
  if (!/^\|.+\|$/.test(trimmed)) return undefined
  return trimmed
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
}

function splitSql(text: string): string[] {
  return [...text.matchAll(/'((?:[^']|'')*)'|([^,'\s]+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll("''", "'") ?? plain ?? '',
  )
}
