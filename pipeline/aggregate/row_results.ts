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
  /** In order of the cells' ids. */
  bins: BinRow[]
  tests: RegressionTest[]
}

interface PackedHead extends Omit<RowResult, 'bins' | 'fingerprint'> {
  /** Every text of the bins, once. */
  texts: string[]
}

const COLUMNS = columnsOf('bins')

/** A result as the cache keeps it: bins are many, so they are kept as numbers. */
export function packRow({ bins, fingerprint: _, ...rest }: RowResult): { head: unknown; bytes: Uint8Array } {
  const texts = new Map<unknown, number>()
  const numbers = new Float64Array(COLUMNS.length * bins.length)
  let at = 0
  for (const bin of bins)
    for (const { name, type } of COLUMNS) {
      const value = bin[name as keyof BinRow]
      if (type === 'utf8' && !texts.has(value)) texts.set(value, texts.size)
      numbers[at++] = type === 'utf8' ? texts.get(value)! : (value as number)
    }
  const head: PackedHead = { ...rest, texts: [...texts.keys()] as string[] }
  return { head, bytes: new Uint8Array(numbers.buffer) }
}

/** A result that the cache kept. */
export function unpackRow(fingerprint: string, head: unknown, bytes: Uint8Array<ArrayBuffer>): RowResult {
  const { texts, ...rest } = head as PackedHead
  const numbers = new Float64Array(bytes.slice().buffer)
  const bins: BinRow[] = []
  for (let at = 0; at < numbers.length; at += COLUMNS.length) {
    const values = COLUMNS.map(({ name, type }, i) => [
      name,
      type === 'utf8' ? texts[numbers[at + i]!] : numbers[at + i],
    ])
    bins.push(Object.fromEntries(values))
  }
  return { ...rest, bins, fingerprint }
}
