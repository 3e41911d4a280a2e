import type { CellRow, MatrixRow, RegressionRow } from '../../../contracts/index.ts'
import type { Isolation } from '../support/isolation.ts'
import type { Publication } from '../support/publication.ts'
import type { Sample } from '../support/samples.ts'
import { stepOf } from '../support/steps.ts'
import { readBucket } from './percentiles.ts'

type Row = CellRow | MatrixRow

/**
 * Numbers that carry more digits than the rounding allows: each is a fingerprint of the samples that it was computed from. A percentile must
 * be the value of a histogram bucket, a rate has two decimals, a count comes in steps, a relative change has three decimals.
 */
export function findExactNumbers({ cells, matrix, regressions }: Publication): Isolation[] {
  const rows = [
    ...cells.map((row) => [row, row.cell_id] as const),
    ...matrix.map((row) => [row, row.matrix_id] as const),
  ]
  const figures = rows.flatMap(([row, id]) =>
    Object.entries(row).flatMap(([name, value]) =>
      typeof value !== 'number' || isRounded(name, value) ? [] : [exact(id, name, value, row.contributors)],
    ),
  )
  const telling = regressions.filter(({ effect, pairs }) => !hasDecimals(effect, 3) || pairs !== stepOf(pairs))
  return [...figures, ...telling.map(exactEffect)]
}

function exactEffect({ model_id, engine, to_version, effect, pairs }: RegressionRow): Isolation {
  return exact(`${model_id} on ${engine} ${to_version}`, 'effect', effect, pairs)
}

function exact(id: string, name: string, value: number, contributors: number): Isolation {
  return { attack: 'precision', how: `${name} of ${id} = ${value}`, contributors }
}

function isRounded(name: keyof Row | string, value: number): boolean {
  if (name === 'gpu_count') return true
  if (['contributors', 'samples', 'repetitions'].includes(name) || name.endsWith('_n')) return value === stepOf(value)
  if (name.endsWith('_rate')) return hasDecimals(value, 2)
  const bucket = (2 * 2 ** (readBucket(value) / 32)) / (1 + 2 ** (1 / 32))
  return Math.abs(value / bucket - 1) < 1e-9
}

function hasDecimals(value: number, decimals: number): boolean {
  return Math.abs(value - Number(value.toFixed(decimals))) < 1e-12
}

/** Published numbers that equal a value which one sample alone has, to four digits or more. */
export function findSampleValues({ cells, matrix, bins, regressions }: Publication, samples: Sample[]): Isolation[] {
  const values = Map.groupBy(
    samples.flatMap(({ line }) => [line.first_token_ms, line.decode_time_ms, decodeSpeed(line)]),
    (value) => value,
  )
  const single = (value: unknown) => typeof value === 'number' && digits(value) >= 4 && values.get(value)?.length === 1
  const rows: object[] = [...cells, ...matrix, ...bins, ...regressions]
  return rows.flatMap((row) =>
    Object.entries(row)
      .filter(([, value]) => single(value))
      .map(([name, value]) => ({ attack: 'sample value', how: `${name} = ${value}`, contributors: 1 })),
  )
}

function decodeSpeed({ tokens_out: out, decode_time_ms: ms }: Sample['line']): number | null {
  return ms === null ? null : ((out - 1) * 1000) / ms
}

function digits(value: number): number {
  return String(value).replace(/[-.]/g, '').replace(/^0+/, '').replace(/e.*/, '').length
}
