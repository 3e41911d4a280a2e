import { type DuckDBConnection, listValue } from '@duckdb/node-api'
import { type Layout, readLayout } from './layout.ts'
import type { LineForm } from './line_form.ts'
import { GroupJudge, type Representative } from './representative.ts'
import { HISTOGRAMS, scanStatement } from './scan_sql.ts'

/** A file as the scan reads it: plain JSONL at `path`, known to the pipeline as number `id`. */
export interface ScanFile {
  id: number
  path: string
  bytes: number
}

/** Lines of one file that are alike but for identifiers and measurements. */
export interface Group {
  /** Number in the table `measured_groups`, which holds its histograms. */
  id: number
  fileId: number
  lines: number
  promptBucket: string
  representative: Representative
  vramUsedMbMax: number | null
  decodeTpsMax: number | null
  firstDay: string | null
  lastDay: string | null
}

export interface ScanResult {
  groups: Group[]
  /** Files with a line that is not well formed, or whose lines do not add up to the file: to be looked at line by line. */
  suspects: Set<number>
  /** The first number that no group has yet. */
  nextGroup: number
}

/** Creates the table that scans fill. */
export async function createGroupTable(connection: DuckDBConnection): Promise<void> {
  const columns = HISTOGRAMS.map((name) => `${name} MAP(INTEGER, UBIGINT)`).join(', ')
  await connection.run(`CREATE TABLE measured_groups (group_id INTEGER, lines BIGINT, ${columns})`)
}

/** Scans files of one contract. `firstGroup` numbers the groups on. */
export async function scanFiles(
  connection: DuckDBConnection,
  form: LineForm,
  files: ScanFile[],
  firstGroup: number,
): Promise<ScanResult> {
  const result: ScanResult = { groups: [], suspects: new Set(), nextGroup: firstGroup }
  let next = firstGroup
  for (const [layout, alike] of groupByLayout(form, files)) {
    const readable = await dropUnreadable(connection, form, layout, alike, result.suspects)
    if (readable.length > 0) next = await collectGroups(connection, form, layout, readable, next, result)
  }
  return { ...result, nextGroup: next }
}

function groupByLayout(form: LineForm, files: ScanFile[]): Map<Layout, ScanFile[]> {
  const byText = new Map<string, { layout: Layout; files: ScanFile[] }>()
  for (const file of files) {
    const layout = readLayout(file.path, form)
    const text = JSON.stringify(layout)
    const entry = byText.get(text) ?? { layout, files: [] }
    entry.files.push(file)
    byText.set(text, entry)
  }
  return new Map([...byText.values()].map((entry) => [entry.layout, entry.files]))
}

/** Runs the scan into the table `scanned`. A file that DuckDB cannot read (bytes that are not UTF-8, a line without end) is a suspect. */
async function dropUnreadable(
  connection: DuckDBConnection,
  form: LineForm,
  layout: Layout,
  files: ScanFile[],
  suspects: Set<number>,
): Promise<ScanFile[]> {
  const readable = files.filter(({ bytes }) => bytes > 0)
  if (readable.length === 0) return []
  const { sql } = scanStatement(form, layout)
  const scan = (paths: string[]) => connection.run(`CREATE OR REPLACE TEMP TABLE scanned AS ${sql}`, [listValue(paths)])
  try {
    await scan(readable.map(({ path }) => path))
    return readable
  } catch (error) {
    if (!isContentError(error)) throw error
  }
  const good: ScanFile[] = []
  for (const file of readable) {
    const fine = await scan([file.path]).then(
      () => true,
      (error) => (isContentError(error) ? false : Promise.reject(error)),
    )
    if (fine) good.push(file)
    else suspects.add(file.id)
  }
  if (good.length > 0) await scan(good.map(({ path }) => path))
  return good
}

function isContentError(error: unknown): boolean {
  return (
    error instanceof Error &&
    /CSV|UTF-?8|unicode|byte sequence|line size/i.test(error.message) &&
    !/No files found|IO Error/.test(error.message)
  )
}

interface ScannedRow {
  row: number
  file_index: number
  well_formed: boolean
  n: number
  bytes: number
  prompt_bucket: string | null
  first_ts: string | null
  last_ts: string | null
  vram_used_mb_max: number | null
  decode_tps_max: number | null
  [text: string]: unknown
}

async function collectGroups(
  connection: DuckDBConnection,
  form: LineForm,
  layout: Layout,
  files: ScanFile[],
  firstGroup: number,
  result: ScanResult,
): Promise<number> {
  const { textColumns } = scanStatement(form, layout)
  await connection.run(
    'CREATE OR REPLACE TEMP TABLE numbered AS SELECT (row_number() OVER () - 1)::INTEGER AS row, * FROM scanned',
  )
  const reader = await connection.runAndReadAll(`
    SELECT row, file_index::INTEGER AS file_index, well_formed, n::DOUBLE AS n, bytes::DOUBLE AS bytes, prompt_bucket, first_ts, last_ts,
           vram_used_mb_max::DOUBLE AS vram_used_mb_max, decode_tps_max, ${textColumns.join(', ')} FROM numbered`)
  const rows = reader.getRowObjectsJS() as unknown as ScannedRow[]
  const judge = new GroupJudge(form, layout)
  const bytes = new Map<number, number>()
  for (const row of rows) {
    const file = files[row.file_index]!
    bytes.set(file.id, (bytes.get(file.id) ?? 0) + row.bytes)
    const representative = row.well_formed ? judge.judge(row as unknown as Record<string, string | null>) : null
    if (representative) result.groups.push(toGroup(row, file, firstGroup, representative))
    else if (row.n > 0) result.suspects.add(file.id)
  }
  for (const file of files) if (!addsUp(file, bytes.get(file.id) ?? 0)) result.suspects.add(file.id)
  await connection.run(
    `INSERT INTO measured_groups SELECT ${firstGroup} + row, n, ${HISTOGRAMS.join(', ')} FROM numbered WHERE well_formed`,
  )
  return firstGroup + rows.length
}

/** Every byte of the file was seen in some line: the reader cut nothing off. The last newline and a byte order mark may be missing. */
function addsUp(file: ScanFile, seen: number): boolean {
  return [0, 1, -3, -2].some((difference) => seen === file.bytes + difference)
}

function toGroup(row: ScannedRow, file: ScanFile, firstGroup: number, representative: Representative): Group {
  return {
    id: firstGroup + row.row,
    fileId: file.id,
    lines: row.n,
    promptBucket: row.prompt_bucket!,
    representative,
    vramUsedMbMax: row.vram_used_mb_max,
    decodeTpsMax: row.decode_tps_max,
    firstDay: dayOf(row.first_ts),
    lastDay: dayOf(row.last_ts),
  }
}

/** The scan keeps the text of a day with its opening quote. */
function dayOf(text: string | null): string | null {
  return text?.startsWith('"') ? text.slice(1, 11) : null
}
