import { createHash } from 'node:crypto'
import { type BinRow, type CellRow, columnsOf, type MatrixRow, type RegressionRow } from '../../contracts/index.ts'

/** A test of one release of an engine against the next, before it is judged with the others: see regression_tests.sql. */
export type RegressionTest = Omit<RegressionRow, 'metric' | 'verdict'>

/** What a partition holds that is not published yet. */
export interface Pending {
  cells: number
  lines: number
  contributors: string[]
}

/** What becomes of a partition. It follows from its strata, its withdrawn cells and the policy alone. */
export interface PartitionResult {
  /** A hash of the rows that are published; null where it was not computed. */
  fingerprint: string | null
  model_slug: string
  matrix: MatrixRow[]
  cells: CellRow[]
  tests: RegressionTest[]
  pending: Pending
  /** In order of the cells' ids. */
  bins: () => BinRow[]
}

/** A result as the cache keeps it: bins are many, so they are kept as numbers. */
export interface PackedResult extends Omit<PartitionResult, 'bins'> {
  /** Every text of the bins, once. */
  texts: string[]
  /** Row by row; a text by its place among `texts`. */
  numbers: Float64Array
}

const COLUMNS = columnsOf('bins')

/** A result in the form that the cache keeps, with its fingerprint. */
export function packResult({ bins, ...rest }: PartitionResult): PackedResult {
  const rows = bins()
  const texts = new Map<unknown, number>()
  const numbers = new Float64Array(COLUMNS.length * rows.length)
  let at = 0
  for (const bin of rows)
    for (const { name, type } of COLUMNS) {
      const value = bin[name as keyof BinRow]
      if (type === 'utf8' && !texts.has(value)) texts.set(value, texts.size)
      numbers[at++] = type === 'utf8' ? texts.get(value)! : (value as number)
    }
  const packed = { ...rest, texts: [...texts.keys()] as string[], numbers }
  return { ...packed, fingerprint: hashPublished(packed) }
}

/** A result that the cache kept. The bins are put together when they are needed. */
export function unpackResult({ texts, numbers, ...rest }: PackedResult): PartitionResult {
  return { ...rest, bins: () => unpackBins(texts, numbers) }
}

function hashPublished({ matrix, cells, texts, numbers }: PackedResult): string {
  return createHash('sha256')
    .update(JSON.stringify([matrix, cells, texts]))
    .update(new Uint8Array(numbers.buffer))
    .digest('hex')
}

function unpackBins(texts: readonly string[], numbers: Float64Array): BinRow[] {
  return Array.from({ length: numbers.length / COLUMNS.length }, (_, i) => {
    const bin: Record<string, string | number> = {}
    for (const [j, { name, type }] of COLUMNS.entries()) {
      const number = numbers[i * COLUMNS.length + j]!
      bin[name] = type === 'utf8' ? texts[number]! : number
    }
    return bin as BinRow
  })
}
