import { expect, test } from 'vitest'
import type { CellRow } from '../../../contracts/tables.ts'
import { versionSteps } from '../../../site/data/releases.ts'
import { findSteps } from '../../../site/data/steps.ts'

const metric = (name: string, p25: number, p50: number, p75: number) => ({
  [`${name}_n`]: 20,
  [`${name}_p25`]: p25,
  [`${name}_p50`]: p50,
  [`${name}_p75`]: p75,
  [`${name}_ci_low`]: null,
  [`${name}_ci_high`]: null,
})
const nothing = ['decode_tps', 'e2e_tps', 'ttft_ms', 'prefill_tps'].map((name) => ({ [`${name}_p50`]: null }))

function cell(engine_version: string, over: object = {}): CellRow {
  return Object.assign({}, ...nothing, {
    kind: 'curated',
    source: 'lab',
    model_id: 'hf:org/m',
    quantization: 'Q4_K_M',
    gpu_id: 'gpu',
    gpu_count: 1,
    engine: 'llama.cpp',
    measurement_type: 'single_stream',
    prompt_bucket: 'le128',
    month: '2025-07',
    engine_version,
    ...over,
  }) as CellRow
}
const told = (cells: CellRow[]) =>
  findSteps(cells).map(({ from, to, metric, ratio, outcome }) => [
    `${from.engine_version} → ${to.engine_version}`,
    metric,
    Number(ratio.toFixed(3)),
    outcome,
  ])

test('a version is held against the one before it, of the same variant and configuration only', () => {
  const steps = told([
    cell('b10000+hip', metric('decode_tps', 118, 120, 122)),
    cell('b9000+hip', metric('decode_tps', 98, 100, 102)),
    cell('b9500+hip', metric('decode_tps', 60, 80, 99)),
    cell('b9000+vulkan', metric('decode_tps', 10, 11, 12)),
    cell('b9600+hip', { ...metric('decode_tps', 1, 1, 1), gpu_id: 'other' }),
    cell('unknown', metric('decode_tps', 1, 1, 1)),
  ])
  expect(steps).toEqual([
    ['b9000+hip → b9500+hip', 'decode_tps', 0.8, 'tie'],
    ['b9500+hip → b10000+hip', 'decode_tps', 1.5, 'better'],
  ])
})

test('a later first token is worse; end-to-end speed speaks only where there is no decode speed', () => {
  const both = {
    ...metric('decode_tps', 9, 10, 11),
    ...metric('e2e_tps', 8, 9, 10),
    ...metric('ttft_ms', 99, 100, 101),
  }
  const later = { ...both, ...metric('ttft_ms', 199, 200, 201) }
  expect(told([cell('1.0', both), cell('1.1', later)])).toEqual([
    ['1.0 → 1.1', 'decode_tps', 1, 'tie'],
    ['1.0 → 1.1', 'ttft_ms', 0.5, 'worse'],
  ])
  const whole = (p50: number) => metric('e2e_tps', p50, p50, p50)
  expect(told([cell('1.0', whole(10)), cell('1.1', whole(5))])).toEqual([['1.0 → 1.1', 'e2e_tps', 0.5, 'worse']])
})

test('community figures are left to the paired test', () => {
  const own = { ...metric('decode_tps', 1, 1, 1), kind: 'community', source: 'community' }
  expect(told([cell('1.0', own), cell('1.1', { ...own, ...metric('decode_tps', 9, 9, 9) })])).toEqual([])
})

test('the steps of one version, metric and source are counted together', () => {
  const at = (version: string, bucket: string, p50: number) =>
    cell(version, { ...metric('decode_tps', p50, p50, p50), prompt_bucket: bucket })
  const cells = [at('1.0', 'le128', 10), at('1.1', 'le128', 20), at('1.0', 'le512', 10), at('1.1', 'le512', 5)]
  const [step, ...others] = versionSteps(findSteps(cells))
  expect(others).toEqual([])
  expect(step).toMatchObject({ from: '1.0', to: '1.1', metric: 'decode_tps', source: 'lab' })
  expect(step!.overall.counts).toMatchObject({ better: 1, worse: 1, tie: 0 })
  expect(step!.overall.ratio.mid).toBeCloseTo(1, 9)
})
