import { expect, test } from 'vitest'
import { strixHalo } from '../../curate/strix-halo-lhl.ts'
import { convertFixture, expectPinned, flawRows, rowAt } from './fixture.ts'

const converted = convertFixture(strixHalo)
const OSS = 'llm-bench/gpt-oss-20b-F16/results.jsonl'
const QWEN = 'llm-bench/Qwen3-235B-A22B-Instruct-2507-UD-Q3_K_XL/results.jsonl'

test('the rows, counts and reports are the pinned ones', () => {
  expectPinned(converted)
})

test('every repetition of a generation test is a row, recomputable from its own time', () => {
  const times = [1, 2].map((repetition) => rowAt(converted, `${OSS}#2.${repetition}`).decode_time_ms)
  expect(times).toEqual([1280, 1600])
  expect(rowAt(converted, `${OSS}#2.1`)).toMatchObject({ tokens_in: 0, tokens_out: 64, first_token_ms: null })
})

test('a prompt test gives a first token and neither a decode nor an end-to-end time', () => {
  expect(rowAt(converted, `${OSS}#1.1`)).toMatchObject({
    tokens_in: 512,
    tokens_out: 1,
    first_token_ms: 800,
    decode_time_ms: null,
    total_time_ms: null,
  })
})

test('gpt-oss files labelled F16 are mxfp4', () => {
  expect(rowAt(converted, `${OSS}#1.1`)).toMatchObject({ model_ref: 'hf:openai/gpt-oss-20b', quantization: 'mxfp4' })
})

test('a failed test is one error without times, at the build of its siblings', () => {
  expect(rowAt(converted, `${OSS}#4`)).toMatchObject({
    exit: 'error',
    engine_version: 'b6097+hip',
    tokens_in: 4096,
    first_token_ms: null,
  })
})

test('a failed test among several builds has an unknown version', () => {
  expect(rowAt(converted, `${QWEN}#3`)).toMatchObject({ exit: 'error', engine_version: 'unknown', tokens_out: 128 })
  expect(flawRows(converted, 'more than one build')).toBe(1)
})

test('backends are versions of their own', () => {
  const versions = ['#2.1', '#6.1', '#7.1'].map((row) => rowAt(converted, `${OSS}${row}`).engine_version)
  expect(versions).toEqual(['b6097+hip', 'b6118+vulkan-amdvlk', 'b6118+vulkan-radv'])
})

test('a test in which the engine saw no GPU is dropped with its repetitions', () => {
  expect(() => rowAt(converted, `${OSS}#5.1`)).toThrow('no row')
  expect(flawRows(converted, 'saw no GPU')).toBe(2)
})

test('the memory is that of the shared pool', () => {
  expect(rowAt(converted, `${OSS}#1.1`).vram_used_mb_peak).toBe(61408)
})
