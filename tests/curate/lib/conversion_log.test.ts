import { expect, test } from 'vitest'
import { ConversionLog } from '../../../curate/lib/conversion_log.ts'
import { curatedRow } from '../../../curate/lib/row.ts'

test('rows read are rows converted and rows dropped, each drop with a line', () => {
  const lines: string[] = []
  const log = new ConversionLog('x', (line) => lines.push(line))
  log.countConverted(3)
  log.drop('too old', 'a.csv#1')
  log.drop('too old', 'a.csv#2', 5)
  expect(log.rows()).toEqual({ read: 9, converted: 3, dropped: [{ reason: 'too old', rows: 6 }] })
  expect(lines).toEqual(['x: a.csv#1 dropped: too old', 'x: a.csv#2 dropped: too old'])
})

test('a flaw without a description is an error', () => {
  const log = new ConversionLog('x', () => {})
  log.countFlaw('odd')
  expect(() => log.flaws({})).toThrow('flaws without a description: odd')
  expect(log.flaws({ odd: { what: 'w', handling: 'h' } })).toEqual([{ what: 'w', handling: 'h', rows: 1 }])
})

test('a row that does not fit the contract is named', () => {
  const input = { origin: 'a.csv#1', model_ref: 'm', engine: 'e', engine_version: '1', gpu_name: '/dev/gpu' }
  expect(() => curatedRow({ ...input, measurement_type: 'single_stream', total_time_ms: 1 })).toThrow(
    /^a\.csv#1: not a BenchmarkRun:[\s\S]*gpu_name/,
  )
})
