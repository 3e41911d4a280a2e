import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { discoverData } from '../../../pipeline/read/discover.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'discover-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

function put(path: string, bytes = 1): void {
  mkdirSync(dirname(join(dataDir, path)), { recursive: true })
  writeFileSync(join(dataDir, path), 'x')
  truncateSync(join(dataDir, path), bytes)
}

test('files in their places are found in order, with owner, month and compression', () => {
  for (const path of [
    'exports/ada/2026-10/b.jsonl.zst',
    'exports/ada/2026-10/a.jsonl',
    'curated/argonne/all.jsonl.gz',
    'curated/argonne/source.json',
    'catalog/gpus.json',
    'policy.json',
    'README.md',
  ])
    put(path)
  const { files, refusals } = discoverData(dataDir)
  expect(refusals).toEqual([])
  expect(files.map(({ path, owner, month, compression }) => [path, owner, month, compression])).toEqual([
    ['curated/argonne/all.jsonl.gz', 'argonne', null, 'gzip'],
    ['exports/ada/2026-10/a.jsonl', 'ada', '2026-10', 'none'],
    ['exports/ada/2026-10/b.jsonl.zst', 'ada', '2026-10', 'zstd'],
  ])
})

test('everything else is refused by name and never read', () => {
  put('exports/ada/2026-10/big.jsonl', 25_000_001)
  put('exports/ada/2026-10/notes.txt')
  put('exports/ada/2026-13/a.jsonl')
  put('exports/Ada/2026-10/a.jsonl')
  put('exports/ada/a.jsonl')
  put('exports/ada/2026-10/deep/a.jsonl')
  put('secrets/a.jsonl')
  put('exports/ada/2026-10/.hidden.jsonl')
  symlinkSync('/etc/hostname', join(dataDir, 'exports/ada/2026-10/link.jsonl'))
  symlinkSync('/etc', join(dataDir, 'curated'))
  const { files, refusals } = discoverData(dataDir)
  expect(files).toEqual([])
  expect(refusals.map(({ path, found }) => `${path}: ${found}`).sort()).toMatchInlineSnapshot(`
    [
      "curated: a symbolic link",
      "exports/Ada: another name",
      "exports/ada/2026-10/.hidden.jsonl: another name or place",
      "exports/ada/2026-10/big.jsonl: 25,000,001 bytes",
      "exports/ada/2026-10/deep: a folder further down",
      "exports/ada/2026-10/link.jsonl: a symbolic link",
      "exports/ada/2026-10/notes.txt: another name or place",
      "exports/ada/2026-13: another name",
      "exports/ada/a.jsonl: another name or place",
      "secrets: another folder",
    ]
  `)
})
