import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pinDataFolder } from '../../site/data/folder.ts'
import { readTable } from '../../site/data/read_table.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'published-'))
  process.env.DATA_OUT = folder
})
afterEach(() => {
  rmSync(folder, { recursive: true })
  delete process.env.DATA_OUT
})

function writeEngines(columns: string[], what = 'it'): void {
  const vectors = columns.map((name) => [name, vectorFromArray([`${name} of ${what}`], new Utf8())])
  writeFileSync(join(folder, 'engines.arrow'), tableToIPC(new Table(Object.fromEntries(vectors)), 'stream'))
}

test('reads the rows of a published file', () => {
  writeEngines(['engine', 'name', 'url'])
  expect(readTable('engines')).toEqual([{ engine: 'engine of it', name: 'name of it', url: 'url of it' }])
})

test('reads the release that the link named when it was pinned, though another is published meanwhile', () => {
  const top = folder
  const release = (name: string) => {
    folder = join(top, name)
    mkdirSync(folder)
    writeEngines(['engine', 'name', 'url'], name)
  }
  const link = join(top, 'data')
  try {
    release('data.old')
    symlinkSync('data.old', link)
    process.env.DATA_OUT = link
    pinDataFolder()
    release('data.new')
    rmSync(link)
    symlinkSync('data.new', link)
    expect(readTable('engines')[0]!.name).toBe('name of data.old')
    process.env.DATA_OUT = link
    expect(readTable('engines')[0]!.name).toBe('name of data.new')
  } finally {
    folder = top
  }
})

test('pinning leaves the name of a folder that does not exist, so that the error names it', () => {
  const missing = join(folder, 'none')
  process.env.DATA_OUT = missing
  pinDataFolder()
  expect(process.env.DATA_OUT).toBe(missing)
})

test('names a missing file and the fix', () => {
  expect(() => readTable('engines')).toThrow(
    `${join(folder, 'engines.arrow')}: expected a published file, found none. Run "npm run pipeline" first, or set DATA_OUT.`,
  )
})

test('names the column that differs from the contract', () => {
  writeEngines(['engine', 'title', 'url'])
  expect(() => readTable('engines')).toThrow(/engines.arrow: column 2: expected name:utf8, found title:utf8/)
  writeEngines(['engine', 'name', 'url', 'extra'])
  expect(() => readTable('engines')).toThrow(/column 4: expected no further column, found extra:utf8/)
})

test('says so when a file is no Arrow stream', () => {
  writeFileSync(join(folder, 'engines.arrow'), 'this is not Arrow')
  expect(() => readTable('engines')).toThrow(/engines.arrow/)
})
