import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readInputs } from '../../../pipeline/read/inputs.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'inputs-'))
  for (const path of [
    'exports/ada/2026-09/a.jsonl',
    'exports/ada/2026-10/a.jsonl',
    'exports/ada/2026-11/a.jsonl',
    'exports/bob/2026-10/b.jsonl',
    'curated/ada/runs.jsonl',
  ])
    put(path, '{}')
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

function put(path: string, text: string): void {
  mkdirSync(dirname(join(dataDir, path)), { recursive: true })
  writeFileSync(join(dataDir, path), text)
}

function withdraw(...withdrawals: object[]): void {
  put('withdrawn.json', JSON.stringify({ schema_version: 1, withdrawals, cells: [] }))
}

function skipped(): string[] {
  return readInputs(dataDir).skipped.map(({ path }) => path)
}

describe('files of a withdrawn contribution are not read:', () => {
  test('none where nothing is withdrawn, with the list or without', () => {
    expect(readInputs(dataDir).files).toHaveLength(5)
    withdraw()
    expect(readInputs(dataDir)).toMatchObject({ skipped: [], refusals: [] })
  })

  test('one month', () => {
    withdraw({ contributor: 'ada', month: '2026-10', date: '2026-11-24' })
    expect(skipped()).toEqual(['exports/ada/2026-10/a.jsonl'])
  })

  test('every month up to that of the withdrawal, none after it, and no curated source of the same name', () => {
    withdraw({ contributor: 'ada', date: '2026-10-31' })
    expect(skipped()).toEqual(['exports/ada/2026-09/a.jsonl', 'exports/ada/2026-10/a.jsonl'])
    expect(readInputs(dataDir).files.map(({ path }) => path)).toContain('curated/ada/runs.jsonl')
  })
})

test.each([
  ['{', /withdrawn\.json: expected valid JSON, found: .* Fix: correct or restore the file\.$/],
  ['{"schema_version":1,"withdrawals":[]}', /withdrawn\.json: does not fit its contract:\n.*\n {2}→ at cells$/],
  [
    '{"schema_version":1,"withdrawals":[{"contributor":"a/../b","date":"2026-11-24"}],"cells":[]}',
    /→ at withdrawals\[0\]\.contributor$/,
  ],
  [
    '{"schema_version":1,"withdrawals":[{"contributor":"ada","month":"2026-1","date":"2026-11-24"}],"cells":[]}',
    /→ at withdrawals\[0\]\.month$/,
  ],
])('a damaged list %j is explained', (text, words) => {
  put('withdrawn.json', text)
  expect(() => readInputs(dataDir)).toThrow(words)
})
