import { expect, test } from 'vitest'
import type { MatrixRow } from '../../contracts/tables.ts'
import { sectionsOf } from '../../site/data/sections.ts'

const row = (matrix_id: string, over: Partial<MatrixRow>) =>
  ({
    matrix_id,
    kind: 'curated',
    measurement_type: 'single_stream',
    decode_tps_p50: null,
    e2e_tps_p50: null,
    ttft_ms_p50: null,
    prefill_tps_p50: null,
    ...over,
  }) as MatrixRow

test('a section never mixes measurement types or kinds, and has its best row first and rows without a figure last', () => {
  const sections = sectionsOf([
    row('none', {}),
    row('slow', { decode_tps_p50: 10 }),
    row('fast', { decode_tps_p50: 30 }),
    row('loaded', { decode_tps_p50: 99, measurement_type: 'batched_online' }),
    row('ours', { decode_tps_p50: 20, kind: 'community' }),
  ])
  expect(sections.map(({ type, kind, rows }) => [type, kind, rows.map((r) => r.matrix_id)])).toEqual([
    ['single_stream', 'curated', ['fast', 'slow', 'none']],
    ['single_stream', 'community', ['ours']],
    ['batched_online', 'curated', ['loaded']],
  ])
})

test('a section without enough decode speeds is ordered by the metric that most rows have, lowest first for times', () => {
  const [section] = sectionsOf([
    row('a', { ttft_ms_p50: 300 }),
    row('b', { ttft_ms_p50: 100 }),
    row('c', { decode_tps_p50: 5, ttft_ms_p50: 200 }),
  ])
  expect(section!.metric).toBe('ttft_ms')
  expect(section!.rows.map((r) => r.matrix_id)).toEqual(['b', 'c', 'a'])
})
