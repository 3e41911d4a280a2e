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

interface PackedHead extends Omit<PartitionResult, 'bins'> {
  /** Every text of the bins, once. */
  texts: string[]
}

const COLUMNS = columnsOf('bins')

/** A result as the cache keeps it: bins are many, so they are kept as numbers. */
export function packResult({ bins, ...rest }: PartitionResult): { head: PackedHead; bytes: Uint8Array } {
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
  const head = { ...rest, texts: [...texts.keys()] as string[] }
  const bytes = new Uint8Array(numbers.buffer)
  return { head: { ...head, fingerprint: hashPublished(head, bytes) }, bytes }
}

/** A result that the cache kept. The bins are put together when they are needed. */
export function unpackResult(head: unknown, bytes: Uint8Array<ArrayBuffer>): PartitionResult {
  const { texts, ...rest } = head as PackedHead
  return { ...rest, bins: () => unpackBins(texts, new Float64Array(bytes.slice().buffer)) }
}

function hashPublished({ matrix, cells, texts }: PackedHead, bytes: Uint8Array): string {
  return createHash('sha256')
    .update(JSON.stringify([matrix, cells, texts]))
    .update(bytes)
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
