import type { Configuration, Level, ServingModel } from '../../../site/lib/serving/types.ts'
import { answersOf, run } from '../answers/fixture.ts'

export const level = (users: number, over: Partial<Level> = {}): Level => ({
  id: `row-${users}`,
  users,
  tps: 100 / users ** 0.5,
  ttftMs: 100 * users,
  outputTps: 100 * users ** 0.5,
  isDerived: false,
  powerW: null,
  n: 1,
  lastMonth: '2026-01',
  ...over,
})

export const configuration = (over: Partial<Configuration> = {}): Configuration => ({
  source: 'lab',
  gpu: 'one',
  gpuCount: 1,
  engine: 'vllm',
  backend: 'unknown',
  quantization: 'fp8',
  prompt: 'le2k',
  output: 'le512',
  isOffline: false,
  prefillTps: null,
  levels: [level(1), level(4), level(16)],
  ...over,
})

/** A model on the GPUs of the fixture of answers: `one` costs 2 USD/h (8 of them 8), `two` 24 for 8, `three` has no price. */
export function modelOf(configurations: Configuration[]): ServingModel {
  return { ...answersOf([run({})]), configurations }
}
