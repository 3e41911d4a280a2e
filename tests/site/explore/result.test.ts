import {
  Bool,
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimeMicrosecond,
  TimestampMillisecond,
  tableFromArrays,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import { expect, test } from 'vitest'
import { toCsv } from '../../../site/lib/csv.ts'
import { toJson } from '../../../site/lib/explore/json.ts'
import { decodeResult } from '../../../site/lib/explore/result.ts'

const encode = (table: Table) => tableToIPC(table, 'stream')

test('a result is read by its types', () => {
  const table = new Table({
    words: vectorFromArray(['a', null, '=x'], new Utf8()),
    speed: vectorFromArray([1.5, null, Number.NaN], new Float64()),
    count: vectorFromArray([1n, 9007199254740993n, null], new Int64()),
    fine: vectorFromArray([true, false, null], new Bool()),
    at: vectorFromArray([0, null, 1_000], new TimestampMillisecond()),
    clock: vectorFromArray([36_001_000_000n, null, 1_500_000n], new TimeMicrosecond()),
  })
  const result = decodeResult(encode(table))
  expect(result.columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'words text',
    'speed number',
    'count number',
    'fine other',
    'at time',
    'clock other',
  ])
  expect(result.rows()).toEqual([
    ['a', 1.5, 1n, true, '1970-01-01T00:00:00.000Z', '10:00:01'],
    [null, null, 9007199254740993n, false, null, null],
    ['=x', Number.NaN, null, null, '1970-01-01T00:00:01.000Z', '00:00:01.500'],
  ])
  expect(JSON.parse(toJson(result))).toEqual([
    { words: 'a', speed: 1.5, count: 1, fine: true, at: '1970-01-01T00:00:00.000Z', clock: '10:00:01' },
    { words: null, speed: null, count: '9007199254740993', fine: false, at: null, clock: null },
    { words: '=x', speed: 'NaN', count: null, fine: null, at: '1970-01-01T00:00:01.000Z', clock: '00:00:01.500' },
  ])
  expect(
    toCsv(
      ['words', 'count'],
      result.rows(2).map(([words, , count]) => [words, count]),
    ),
  ).toBe("words,count\r\n'=x,\r\n")
})

test('rows are read by the page, past the end none', () => {
  const result = decodeResult(encode(tableFromArrays({ i: Float64Array.from({ length: 10 }, (_, i) => i) })))
  expect(result.rowCount).toBe(10)
  expect(result.rows(8, 12)).toEqual([[8], [9]])
  expect(result.rows(10, 12)).toEqual([])
})

test('a name that comes twice loses no column', () => {
  const names = ['a', 'b', 'a']
  const schema = new Schema(names.map((name) => new Field(name, new Float64())))
  const children = names.map((_, i) => vectorFromArray([i + 1], new Float64()).data[0]!)
  const data = makeData({ type: new Struct(schema.fields), length: 1, children })
  const result = decodeResult(encode(new Table(schema, new RecordBatch(schema, data))))
  expect(result.columns.map(({ name }) => name)).toEqual(['a', 'b', 'a_2'])
  expect(toJson(result)).toBe('[{"a":1,"b":2,"a_2":3}]\n')
})
