import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Bool, Float64, Int32, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow'
import { afterAll, expect, test } from 'vitest'
import { type Column, columnsOf, type MatrixRow } from '../../contracts/tables.ts'
import { rowLabel, sectionsOf } from '../../site/data/sections.ts'

const folder = mkdtempSync(join(tmpdir(), 'catalog-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
  delete process.env.DATA_OUT
})

function writeEmptyCatalog(): void {
  process.env.DATA_OUT = folder
  const types = {
    utf8: () => new Utf8(),
    int32: () => new Int32(),
    float64: () => new Float64(),
    bool: () => new Bool(),
  }
  const empty = ({ name, type }: Column) => [name, vectorFromArray([], types[type]())]
  for (const table of ['models', 'gpus', 'engines'] as const) {
    const columns = Object.fromEntries(columnsOf(table).map(empty))
    writeFileSync(join(folder, `${table}.arrow`), tableToIPC(new Table(columns), 'stream'))
  }
}

const row = (matrix_id: string, over: Partial<MatrixRow>) =>
  ({
    matrix_id,
    kind: 'curated',
    measurement_type: 'single_stream',
    concurrency_bucket: '1',
    engine_backend: 'unknown',
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

test('a label leaves out what the page is about, and counts GPUs', () => {
  const eight = row('a', { gpu_count: 8, engine: 'any', quantization: 'fp8', model_id: 'hf:org/m', gpu_id: 'gpu-x' })
  // Names come from the published catalogue; ids stand in where it lacks them.
  writeEmptyCatalog()
  expect(rowLabel(eight, 'gpu')).toBe('org/m · 8 GPUs · any engine · fp8')
  expect(rowLabel(eight, 'model')).toBe('gpu-x ×8 · any engine · fp8')
  expect(rowLabel(eight, 'engine')).toBe('org/m · gpu-x ×8 · fp8')
  const loaded = { ...eight, measurement_type: 'batched_online', concurrency_bucket: '9-16', engine: 'vllm' } as const
  expect(rowLabel({ ...loaded, engine_backend: 'rocm' }, 'model')).toBe('gpu-x ×8 · vllm (ROCm) · fp8 · 9 – 16 users')
})
