import { expect, test } from 'vitest'
import type { CellRow } from '../../../contracts/tables.ts'
import { findSeries, formatAge, monthsSince } from '../../../site/data/series.ts'

const METRICS = ['decode_tps', 'e2e_tps', 'ttft_ms', 'prefill_tps'] as const

/** A cell with some metrics, each p25–p75 within 1 % of its median. */
function cell(engine_version: string, medians: Partial<Record<(typeof METRICS)[number], number>>, over: object = {}) {
  const figures = METRICS.map((metric) => {
    const p50 = medians[metric] ?? null
    const near = (factor: number) => (p50 === null ? null : p50 * factor)
    const ends = { [`${metric}_p25`]: near(0.99), [`${metric}_p75`]: near(1.01) }
    const bounds = { [`${metric}_ci_low`]: null, [`${metric}_ci_high`]: null }
    return { [`${metric}_n`]: 5, [`${metric}_p50`]: p50, ...ends, ...bounds }
  })
  const own = { kind: 'curated', source: 'lab', model_id: 'hf:org/m', gpu_id: 'gpu', engine: 'vllm', month: '2025-07' }
  return Object.assign({}, ...figures, { ...own, cell_id: engine_version, engine_version, ...over }) as CellRow
}

const told = (cells: CellRow[]) =>
  findSeries(cells).map(({ metric, points, last, all }) => [
    metric,
    points.map(({ version }) => version).join(' '),
    last.outcome,
    all.outcome,
  ])

test('a configuration is one series over all its releases, by its last update and as a whole', () => {
  const cells = [
    cell('0.9.1', { e2e_tps: 40 }),
    cell('0.6.6', { e2e_tps: 30 }),
    cell('0.10.0', { e2e_tps: 35 }),
    cell('0.9.1', { e2e_tps: 1 }, { gpu_id: 'other' }),
    cell('unknown', { e2e_tps: 1 }),
  ]
  expect(told(cells)).toEqual([['e2e_tps', '0.6.6 0.9.1 0.10.0', 'slower', 'faster']])
})

test('end-to-end speed is told only where decode speed is not, and less time is faster', () => {
  const cells = [
    cell('b1', { decode_tps: 100, e2e_tps: 90, ttft_ms: 50 }),
    cell('b2', { decode_tps: 80, e2e_tps: 60, ttft_ms: 40 }),
  ]
  expect(told(cells)).toEqual([
    ['decode_tps', 'b1 b2', 'slower', 'slower'],
    ['ttft_ms', 'b1 b2', 'faster', 'faster'],
  ])
})

test('under 3 % is no clear change, whatever the spread', () => {
  expect(told([cell('b1', { decode_tps: 100 }), cell('b2', { decode_tps: 97.6 })])[0]!.slice(2)).toEqual([
    'no clear change',
    'no clear change',
  ])
})

test.each([
  ['2025-08', 'this month'],
  ['2025-07', '1 month ago'],
  ['2024-04', '16 months ago'],
])('%s was %s in August 2025', (month, age) => {
  expect(formatAge(monthsSince(month, new Date('2025-08-30T00:00:00Z')))).toBe(age)
})
