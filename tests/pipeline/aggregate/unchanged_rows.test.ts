import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildScenarios, type CommunityRows } from './scenarios.ts'

/**
 * The community rows of generated exports, as they were published before the aggregation was rewritten: a change of the code must not change a
 * figure unawares. Columns that are added are not compared. UPDATE_GOLDEN=1 writes the rows anew.
 */

const FIXTURE = 'tests/fixtures/published/community.json.gz'
const TABLES = ['matrix', 'cells', 'bins'] as const

interface Table {
  columns: string[]
  rows: unknown[][]
}
type Fixture = Record<string, Record<(typeof TABLES)[number], Table> & Pick<CommunityRows, 'collecting'>>

let folder: string
let built: Record<string, CommunityRows>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'unchanged-'))
  built = await buildScenarios(folder)
  if (process.env.UPDATE_GOLDEN) write(built)
}, 240_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('community rows are those that were published before', () => {
  const before: Fixture = JSON.parse(gunzipSync(readFileSync(FIXTURE)).toString())
  expect(Object.keys(built)).toEqual(Object.keys(before))
  for (const [name, expected] of Object.entries(before)) {
    expect(built[name]!.collecting, name).toEqual(expected.collecting)
    for (const table of TABLES) {
      const { columns, rows } = expected[table]
      const found = built[name]![table].map((row) => pick(row, columns))
      expect(found.length, `${name}: rows of ${table}`).toBe(rows.length)
      for (const [i, row] of rows.entries()) expect(found[i], `${name}: ${table}: row ${i + 1}`).toEqual(row)
    }
  }
})

test('they hold cells of every level of generalisation, pending ones and merged bins', () => {
  const cells = Object.values(built).flatMap((rows) => rows.cells as Record<string, unknown>[])
  const levels = ['prompt_bucket', 'engine_version', 'engine'].map(
    (key) => cells.filter((cell) => cell[key] === 'any').length,
  )
  expect(cells.length).toBeGreaterThan(100)
  for (const count of levels) expect(count).toBeGreaterThan(0)
  expect(Object.values(built).filter(({ collecting }) => collecting.cells > 0).length).toBeGreaterThan(1)
  const bins = Object.values(built).flatMap((rows) => rows.bins as { lo: number; hi: number }[])
  expect(bins.filter(({ lo, hi }) => hi > lo).length).toBeGreaterThan(100)
})

function pick(row: object, columns: readonly string[]): unknown[] {
  return columns.map((name) => (row as Record<string, unknown>)[name])
}

function write(rows: Record<string, CommunityRows>): void {
  const fixture = Object.entries(rows).map(([name, { collecting, ...tables }]) => {
    const packed = TABLES.map((table) => {
      const columns = Object.keys(tables[table][0]!)
      return [table, { columns, rows: tables[table].map((row) => pick(row, columns)) }]
    })
    return [name, { ...Object.fromEntries(packed), collecting }]
  })
  mkdirSync(dirname(FIXTURE), { recursive: true })
  writeFileSync(FIXTURE, gzipSync(JSON.stringify(Object.fromEntries(fixture)), { level: 9 }))
}
