import { expect, test } from 'vitest'
import { Ledger } from '../../../curate/lib/ledger.ts'
import { curatedRow } from '../../../curate/lib/row.ts'

test('rows read are rows converted and rows dropped, each drop with a line', () => {
  const lines: string[] = []
  const ledger = new Ledger('x', (line) => lines.push(line))
  ledger.convert(3)
  ledger.drop('too old', 'a.csv#1')
  ledger.drop('too old', 'a.csv#2', 5)
  expect(ledger.rows()).toEqual({ read: 9, converted: 3, dropped: [{ reason: 'too old', rows: 6 }] })
  expect(lines).toEqual(['x: a.csv#1 dropped: too old', 'x: a.csv#2 dropped: too old'])
})

test('a flaw without a description is a mistake', () => {
  const ledger = new Ledger('x', () => {})
  ledger.note('odd')
  expect(() => ledger.flaws({})).toThrow('flaws without a description: odd')
  expect(ledger.flaws({ odd: { what: 'w', handling: 'h' } })).toEqual([{ what: 'w', handling: 'h', rows: 1 }])
})

test('a row that does not fit the contract is named', () => {
  const input = { origin: 'a.csv#1', model_ref: 'm', engine: 'e', engine_version: '1', gpu_name: '/dev/gpu' }
  expect(() => curatedRow({ ...input, measurement_type: 'single_stream', total_time_ms: 1 })).toThrow(
    /^a\.csv#1: not a CuratedRun:[\s\S]*gpu_name/,
  )
})
