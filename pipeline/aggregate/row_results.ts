import { type BinRow, type CellRow, columnsOf, type MatrixRow } from '../../contracts/index.ts'

/** A test of one engine version against the next, before it is judged with the others: see regression_tests.sql. */
export interface RegressionTest {
  model_id: string
  quantization: string
  gpu_id: string
  gpu_count: number
  engine: string
  measurement_type: string
  prompt_bucket: string
  from_version: string
  to_version: string
  test: string
  n: number
  p: number
  effect: number
}

/** Everything that is published of one matrix row. It depends on nothing else. */
export interface RowResult {
  fingerprint: string
  model_slug: string
  matrix: MatrixRow
  cells: CellRow[]
  tests: RegressionTest[]
  /** In order of the cells' ids. */
  bins: () => BinRow[]
}

interface PackedHead extends Omit<RowResult, 'bins' | 'fingerprint'> {
  /** Every text of the bins, once. */
  texts: string[]
}

const COLUMNS = columnsOf('bins')

/** A result as the cache keeps it: bins are many, so they are kept as numbers. */
export function packRow({ bins, fingerprint: _, ...rest }: RowResult): { head: unknown; bytes: Uint8Array } {
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
  const head: PackedHead = { ...rest, texts: [...texts.keys()] as string[] }
  return { head, bytes: new Uint8Array(numbers.buffer) }
}

/** A result that the cache kept. The bins are put together when they are needed. */
export function unpackRow(fingerprint: string, head: unknown, bytes: Uint8Array<ArrayBuffer>): RowResult {
  const { texts, ...rest } = head as PackedHead
  return { ...rest, fingerprint, bins: () => unpackBins(texts, new Float64Array(bytes.slice().buffer)) }
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
