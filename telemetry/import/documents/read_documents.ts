import { FILE_LINES } from '../../../contracts/limits.ts'
import { Findings } from '../findings.ts'
import type { InputDocument, Problem } from '../types.ts'
import { decodeText } from './decode_text.ts'
import { readTables, type Table, type TextLine } from './read_tables.ts'
import { MOST_VALUES, scanValues } from './scan_values.ts'

/** What a file holds: the values and tables in it, and the text around them. */
export interface FileContent {
  documents: InputDocument[]
  problems: Problem[]
}

/**
 * Reads the forms in which benchmarks write: JSON in every arrangement (`scanValues`), tables, and plain text, which some tools print for
 * people. The text between values and tables is one document more; whether it means anything is for the formats to say.
 */
export function readDocuments(file: string, bytes: Uint8Array): FileContent {
  const findings = new Findings()
  const packed = PACKED.find(({ starts }) => starts.every((byte, at) => bytes[at] === byte))
  if (packed !== undefined)
    return refuse(
      file,
      'text, plain or packed with gzip or zstd',
      packed.what,
      `unpack it first: ${packed.command}`,
      findings,
    )
  const text = decodeText(bytes)
  if (text === undefined)
    return refuse(file, 'text', 'bytes that are no text', 'name the file that the tool wrote', findings)
  if (hasTooManyLines(bytes))
    return refuse(file, `at most ${FILE_LINES.toLocaleString('en')} lines`, 'more', 'split the file', findings)
  const pieces = scanValues(text)
  if (pieces.length > MOST_VALUES)
    return refuse(
      file,
      `at most ${MOST_VALUES.toLocaleString('en')} values and lines`,
      'more',
      'split the file',
      findings,
    )
  if (pieces.length === 0)
    return refuse(file, 'results', 'an empty file', 'name the file that the tool wrote', findings)
  const lines = pieces.flatMap((piece) => (piece.kind === 'text' ? [piece] : []))
  const { tables, rest } = readTables(lines)
  const context = rest.map((line) => line.text).join('\n')
  const documents = pieces.flatMap((piece): InputDocument[] =>
    piece.kind === 'value' ? [{ file, line: piece.line, form: 'json', value: piece.value, context }] : [],
  )
  const texts = textBetween(tables, rest)
  for (const [index, { form, rows }] of tables.entries()) {
    const around = { context, above: texts[index]!, below: texts[index + 1]! }
    for (const { line, cells } of rows) documents.push({ file, line, form, value: cells, ...around })
  }
  if (rest.length > 0) documents.push({ file, line: rest[0]!.line, form: 'text', value: context, lines: rest.length })
  for (const { line } of pieces.filter(({ kind }) => kind === 'damaged')) rejectDamaged(file, line, findings)
  return { documents, problems: findings.problems }
}

/** Archives that are told apart to say what to do with them; gzip and zstd are unpacked before. */
const PACKED = [
  { what: 'a ZIP archive', starts: [0x50, 0x4b, 0x03, 0x04], command: 'unzip' },
  { what: 'a file packed with bzip2', starts: [0x42, 0x5a, 0x68], command: 'bzip2 -d' },
  { what: 'a file packed with xz', starts: [0xfd, 0x37, 0x7a, 0x58, 0x5a], command: 'xz -d' },
]

/** The text before, between and behind tables: runs appended to one log each have their own. */
function textBetween(tables: readonly Table[], rest: readonly TextLine[]): string[] {
  const starts = [...tables.map(({ rows }) => rows[0]!.line), Number.POSITIVE_INFINITY]
  const texts: string[] = []
  let at = 0
  for (const start of starts) {
    const from = at
    while (at < rest.length && rest[at]!.line < start) at++
    texts.push(
      rest
        .slice(from, at)
        .map(({ text }) => text)
        .join('\n'),
    )
  }
  return texts
}

/** Counted before anything is made of them; a line of UTF-16 ends with that byte, too. */
function hasTooManyLines(bytes: Uint8Array): boolean {
  let lines = 0
  for (let end = bytes.indexOf(LF); end !== -1 && lines <= FILE_LINES; end = bytes.indexOf(LF, end + 1)) lines++
  return lines > FILE_LINES
}

const LF = 0x0a

/** The value is not quoted, as it may hold generated text. */
function rejectDamaged(file: string, line: number, findings: Findings): void {
  findings.reject({ file, line }, 0, {
    field: 'row',
    expected: 'a whole JSON value',
    found: 'one that breaks off or is damaged',
    fix: 'what stands before and after it is read; run the benchmark again for the rest',
  })
}

function refuse(file: string, expected: string, found: string, fix: string, findings: Findings): FileContent {
  findings.reject({ file, line: 1 }, 0, { field: 'file', expected, found, fix })
  return { documents: [], problems: findings.problems }
}
