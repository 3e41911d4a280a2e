import { describe, expect, test } from 'vitest'
import { makeExamples } from '../../../site/lib/explore/examples.ts'
import { readQueryError } from '../../../site/lib/explore/query_error.ts'
import { joinName, tablesNamedIn } from '../../../site/lib/explore/schema.ts'
import { createUnits } from '../../../site/lib/explore/units.ts'

test.each([
  ['', 'gpus'],
  ['SELECT ', 'gpus'],
  ['SELECT', ' gpus'],
  ['SELECT model_id', ', gpus'],
  ['SELECT model_id ', ', gpus'],
  ['SELECT model_id,', ' gpus'],
  ['SELECT count(*)', ', gpus'],
  ['SELECT 1\nFROM ', 'gpus'],
  ['WHERE a = 1 AND ', 'gpus'],
  ['WHERE a =', 'gpus'],
  ['sum(', 'gpus'],
])('after %j a name goes in as %j', (before, expected) => expect(joinName(before, 'gpus')).toBe(expected))

test('tables are found by their whole names', () => {
  const tables = ['matrix', 'cells', 'bins'].map((name) => ({ name }))
  const names = (sql: string) => tablesNamedIn(sql, tables).map(({ name }) => name)
  expect(names('select * from MATRIX join "cells" using (matrix_id)')).toEqual(['matrix', 'cells'])
  expect(names('SELECT cells2, my_bins FROM other')).toEqual([])
})

describe('an error', () => {
  test('keeps the message of DuckDB and gives the line', () => {
    const message = 'Binder Error: no such column\n\nLINE 12: SELECT x\n               ^'
    expect(readQueryError(message)).toEqual({ message, line: 12 })
  })
  test('of the parser is read from its JSON', () => {
    const message = JSON.stringify({ exception_type: 'Parser', exception_message: 'syntax error\n\nLINE 2: ,\n   ^' })
    expect(readQueryError(message)).toEqual({ message: 'Parser Error: syntax error\n\nLINE 2: ,\n   ^', line: 2 })
  })
  test.each(['{', '{}', 'plain'])('of any other form is shown as it is: %s', (message) => {
    expect(readQueryError(message)).toEqual({ message: message, line: null })
  })
  test('of an empty query says so', () => expect(readQueryError('no statements').message).toContain('no statement'))
})

test('examples quote the names that they are made for', () => {
  const examples = makeExamples({ modelId: "hf:o'neil/x", matrixId: 'm' })
  expect(examples.some(({ sql }) => sql.includes("'hf:o''neil/x'"))).toBe(true)
  expect(new Set(examples.map(({ title }) => title)).size).toBe(examples.length)
})

test('units are those of the published columns, else what a name ends with', () => {
  const columns = [{ name: 'ttft_ms_p50', type: 'DOUBLE', unit: 'ms', about: '' }]
  const unitOf = createUnits([{ name: 'matrix', columns }])
  const names = ['ttft_ms_p50', 'median_tok_s', 'tok_s', 'peak_gb', 'share_percent', 'n', 'gpu_id']
  expect(names.map(unitOf)).toEqual(['ms', 'tok/s', 'tok/s', 'GB', '%', '', ''])
})
