import type { CellRow, MatrixRow } from '../../contracts/tables.ts'
import { groupBy } from '../lib/group_by.ts'
import { KINDS, type Kind, MEASUREMENT_TYPES, type MeasurementType } from '../lib/labels.ts'
import { sectionsOf } from './sections.ts'

/** The most frequent measurement type and kind, single stream first. */
function mostFrequent(rows: MatrixRow[]): [MeasurementType, Kind] {
  const pairs = MEASUREMENT_TYPES.flatMap((type) => KINDS.map((kind): [MeasurementType, Kind] => [type, kind]))
  const count = ([type, kind]: [MeasurementType, Kind]) =>
    rows.filter((row) => row.measurement_type === type && row.kind === kind).length
  return pairs.reduce((most, pair) => (count(pair) > count(most) ? pair : most))
}

/** The rows for the charts by prompt size: those with several sizes, of the most frequent measurement type and kind, best first. */
export function sizedRows(rows: MatrixRow[], most: number): MatrixRow[] {
  const sized = rows.filter((row) => row.prompt_buckets.includes(' '))
  if (sized.length === 0) return []
  const [type, kind] = mostFrequent(sized)
  const [section] = sectionsOf(sized.filter((row) => row.measurement_type === type && row.kind === kind))
  return section?.rows.slice(0, most) ?? []
}

/** The memory in use of one precision, over the rows that measured it. */
export interface MemoryUse {
  quantization: string
  low: number
  high: number
  rows: MatrixRow[]
}

/** Peak memory (95th percentile, in MB) of a model by precision, least first. */
export function memoryUse(rows: MatrixRow[]): MemoryUse[] {
  const measured = rows.filter((row) => row.vram_used_p95_mb !== null)
  const groups = [...groupBy(measured, (row) => row.quantization)].map(([quantization, own]) => {
    const peaks = own.map((row) => row.vram_used_p95_mb!)
    return { quantization, low: Math.min(...peaks), high: Math.max(...peaks), rows: own }
  })
  return groups.sort((a, b) => a.low - b.low)
}

/** Rows with attempts that did not end ok, worst first. Of a row that withholds its rates it is not known. */
export function troubled<Row extends MatrixRow | CellRow>(rows: Row[]): Row[] {
  return rows.filter((row) => (row.ok_rate ?? 1) < 1).sort((a, b) => a.ok_rate! - b.ok_rate!)
}
