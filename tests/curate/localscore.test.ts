import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { localscore } from '../../curate/localscore.ts'
import { convertFixture, expectPinned, fixture, flawRows, rowAt } from './fixture.ts'

const raw = mkdtempSync(join(tmpdir(), 'localscore-'))
afterAll(() => rmSync(raw, { recursive: true }))
createDatabase(join(raw, 'db.sqlite'))
const converted = convertFixture(localscore, raw)

test('the rows, counts and reports are the pinned ones', () => {
  expectPinned(converted)
})

test('a result becomes a row with the times that its own figures give', () => {
  expect(rowAt(converted, 'db.sqlite/test_results#59')).toMatchObject({
    model_ref: 'hf:meta-llama/Llama-3.2-1B-Instruct',
    quantization: 'Q4_K_M',
    gpu_name: 'NVIDIA GeForce RTX 4060 Ti 16GB',
    engine: 'llamafile',
    engine_version: '0.9.1',
    first_token_ms: 105,
    decode_time_ms: (1024 / 200) * 1000,
    total_time_ms: 5220,
    power_w: 111.9,
  })
})

test('a CPU is not a GPU', () => {
  expect(() => rowAt(converted, 'db.sqlite/test_results#64')).toThrow('no row')
  expect(flawRows(converted, 'type CPU')).toBe(1)
})

test('0 watts is no measurement', () => {
  expect(rowAt(converted, 'db.sqlite/test_results#108')).not.toHaveProperty('power_w')
})

test('the system of a run is the machine', () => {
  expect(rowAt(converted, 'db.sqlite/test_results#59').machine).toBe('m1')
})

function createDatabase(path: string): void {
  const database = new DatabaseSync(path)
  database.exec(readFileSync(fixture('localscore', 'raw.sql'), 'utf8'))
  database.close()
}
