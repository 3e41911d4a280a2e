import { expect, test } from 'vitest'
import { llmfit } from '../../curate/llmfit.ts'
import { convertFixture, expectPinned, flawRows, rowAt } from './fixture.ts'

const converted = convertFixture(llmfit)
const GTX = 'llmfit-core/data/community/nvidia-geforce-gtx-1070/1786562271-aaaa0001.json'

test('the rows, counts and reports are the pinned ones', () => {
  expectPinned(converted)
})

test('Ollama reports a generation speed: the decode time comes from the unrounded mean', () => {
  expect(rowAt(converted, `${GTX}#1`)).toMatchObject({
    tokens_in: null,
    tokens_out: 250,
    first_token_ms: 400,
    decode_time_ms: (250.4 / 25) * 1000,
    total_time_ms: 10_500,
    runs: 3,
    vram_total_mb: 8192,
  })
})

test.each([5, 9, 10])('result %i is an end-to-end speed and never presented as decode speed', (row) => {
  const result = rowAt(converted, `${GTX}#${row}`)
  expect(result).toMatchObject({ first_token_ms: null, decode_time_ms: null })
  expect(result.total_time_ms).toBeGreaterThan(0)
})

test('a generation longer than its request is dropped; a request that loaded the model loses its total', () => {
  expect(() => rowAt(converted, `${GTX}#2`)).toThrow('no row')
  expect(rowAt(converted, `${GTX}#3`).total_time_ms).toBeNull()
})

test('home paths are stripped and resolved', () => {
  expect(rowAt(converted, `${GTX}#5`)).toMatchObject({ model_ref: 'hf:Qwen/Qwen3-8B', quantization: 'Q4_K_M' })
})

test('an unknown model keeps its bare name for the quarantine', () => {
  expect(rowAt(converted, `${GTX}#6`).model_ref).toBe('my-own-merge-Q8_0')
  expect(rowAt(converted, `${GTX}#8`).model_ref).toBe('qwen3.5')
  expect(flawRows(converted, 'catalogue does not know')).toBe(2)
})

test('machines are told apart by what submissions state of them', () => {
  const machines = Object.values(converted.files)
    .flat()
    .map(({ machine, gpu_name }) => `${gpu_name}: ${machine}`)
  expect(new Set(machines).size).toBe(new Set(machines.map((text) => text.split(': ')[0])).size)
  expect(new Set(machines).size).toBeGreaterThan(2)
  expect(rowAt(converted, `${GTX}#1`).machine).toMatch(/^m[0-9a-f]{8}$/)
})

test('no row carries a path', () => {
  const text = JSON.stringify(converted.files)
  expect(text).not.toMatch(/alice|bob|\/home|Users/)
})

test('multi-token prediction is marked as speculative', () => {
  expect(rowAt(converted, `${GTX}#4`).speculative).toBe(true)
  expect(rowAt(converted, `${GTX}#3`)).not.toHaveProperty('speculative')
})

test('a name of two parts is told apart by the processor or the memory of one board', () => {
  const data = 'llmfit-core/data/community'
  const radeon = rowAt(converted, `${data}/radeon-840m-860m-graphics/1786562272-aaaa0002.json#1`)
  const geforce = rowAt(converted, `${data}/nvidia-geforce-rtx-4060-ti/1786562273-aaaa0003.json#1`)
  expect(radeon.gpu_name).toBe('AMD Radeon 860M (Ryzen AI 7 350)')
  expect(geforce).toMatchObject({ gpu_name: 'NVIDIA GeForce RTX 4060 Ti 16GB', gpu_count: 2, vram_total_mb: 31_949 })
})
