import { expect, test } from 'vitest'
import { findCounterparts, standingOf } from '../../../site/lib/my_numbers/compare.ts'
import type { PublishedRow } from '../../../site/lib/my_numbers/reference.ts'
import type { OwnGroup } from '../../../site/lib/my_numbers/tally_groups.ts'

const figure = { n: 10, p25: 90, p50: 100, p75: 110 }
const configuration = {
  model: 'm',
  quantization: 'fp16',
  gpu: 'g',
  gpuCount: 1,
  engine: 'vllm',
  type: 'single_stream',
} as const
const group: OwnGroup = {
  ...configuration,
  samples: 1,
  ok: 1,
  versions: ['1'],
  buckets: ['le512'],
  figures: { decode_tps: figure },
}
const row = (id: string, change: Partial<PublishedRow> = {}): PublishedRow => ({
  ...configuration,
  id,
  kind: 'curated',
  source: 's',
  buckets: ['le512'],
  figures: { decode_tps: figure },
  ...change,
})

test('the same configuration comes alone; else the nearest, never of another measurement type or GPU count', () => {
  const others = [
    row('both', { engine: 'x', quantization: 'q4' }),
    row('precision', { quantization: 'q4' }),
    row('engine', { engine: 'x' }),
    row('load', { type: 'batched_online' }),
    row('two', { gpuCount: 2 }),
  ]
  const ids = (rows: PublishedRow[]) => findCounterparts(group, 'decode_tps', rows).map(({ row }) => row.id)
  expect(ids([...others, row('same')])).toEqual(['same'])
  expect(ids(others)).toEqual(['engine', 'precision', 'both'])
})

test('a standing says how much, in which direction, and whether it lies in the published spread', () => {
  const own = (p50: number) => ({ n: 3, p25: p50, p50, p75: p50 })
  expect(standingOf(own(95), figure, 'decode_tps')).toMatchObject({ side: 'worse', text: '5 % slower', within: true })
  expect(standingOf(own(340), figure, 'decode_tps')).toMatchObject({
    side: 'better',
    text: '3.4 × as fast',
    within: false,
  })
  expect(standingOf(own(80), figure, 'ttft_ms')).toMatchObject({ side: 'better', text: '20 % sooner' })
  expect(standingOf(own(100.5), figure, 'ttft_ms').side).toBe('alike')
  expect(standingOf(own(95), { ...figure, p25: 100, p75: 100, n: 1 }, 'decode_tps').within).toBeNull()
})
