import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LINE_BYTES } from '../../contracts/index.ts'
import { readSamples } from '../../pipeline/clickhouse/read_samples.ts'
import { SAMPLE_COLUMNS } from '../../pipeline/clickhouse/sample_columns.ts'
import { readCatalog } from '../../pipeline/read/catalog.ts'
import { CatalogIndex } from '../../pipeline/read/catalog_index.ts'
import { discoverData } from '../../pipeline/read/discover.ts'
import { readLines } from '../../pipeline/read/lines.ts'
import { exportLine } from '../bench/generate.ts'
import { createRandom } from '../bench/random.ts'

/** What is read of exports to be stored, whatever lies in them. */

const MONTH = '2026-08'
const CATALOG = new CatalogIndex(readCatalog('data'))

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'read-samples-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

/** A sample with a number in its id. */
function sample(number: number): string {
  const line = JSON.parse(exportLine(createRandom(number), 0, MONTH)) as Record<string, unknown>
  return JSON.stringify({ ...line, job_id: String(number).padStart(16, '0') })
}

function write(name: string, content: string | Buffer): void {
  const folder = join(dataDir, 'exports', 'someone', MONTH)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), content)
}

/** The numbers of the samples that are read, and the places of what is left out. */
async function readAll(unpackedBytes?: number): Promise<{ read: number[]; leftOut: string[] }> {
  const leftOut: string[] = []
  const onLeftOut = (path: string, line: number) => leftOut.push(`${path.split('/').at(-1)}:${line}`)
  const column = SAMPLE_COLUMNS.findIndex(({ name }) => name === 'job_id')
  const read: number[] = []
  const { files } = discoverData(dataDir)
  for await (const row of readSamples(files, { catalog: CATALOG, onLeftOut, unpackedBytes }))
    read.push(Number(row[column]))
  return { read, leftOut }
}

test('a file that unpacks to more than allowed is left out as a whole, and so is a damaged one', async () => {
  write('a.jsonl', `${sample(1)}\n`)
  write('b.jsonl.gz', gzipSync(`${sample(2)}\n${' '.repeat(100_000)}\n${sample(3)}\n`))
  write('c.jsonl.gz', gzipSync(`${sample(4)}\n`.repeat(50)).subarray(0, -10))
  write('d.jsonl.gz', gzipSync(`${sample(5)}\n`))
  expect(await readAll(50_000)).toEqual({ read: [1, 5], leftOut: ['b.jsonl.gz:1', 'c.jsonl.gz:1'] })
})

test('nothing that was unpacked is left behind', async () => {
  const unpackedFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('orch-samples-'))
  const before = unpackedFolders()
  write('a.jsonl.gz', gzipSync(`${sample(1)}\n`))
  expect((await readAll()).read).toEqual([1])
  expect(unpackedFolders()).toEqual(before)
})

test('a line longer than any sample is left out, and is not held in memory', async () => {
  const long = 'é'.repeat(3_000_000)
  write('a.jsonl.gz', gzipSync(`${sample(1)}\n${long}\n${sample(2)}`))
  write('b.jsonl', `${sample(3).slice(0, -1)}${' '.repeat(LINE_BYTES)}}\n${sample(4)}\n${long}`)
  expect(await readAll()).toEqual({ read: [1, 2, 4], leftOut: ['a.jsonl.gz:2', 'b.jsonl:1', 'b.jsonl:3'] })
  const lengths: number[] = []
  for await (const line of readLines(join(dataDir, 'exports', 'someone', MONTH, 'b.jsonl')))
    lengths.push(line?.length ?? 0)
  expect(Math.max(...lengths)).toBeLessThan(5 * LINE_BYTES)
})

test('lines end where the check sees their ends, wherever the file is read in pieces', async () => {
  const lines = Array.from({ length: 6000 }, (_, i) => sample(i))
  const ends = ['\n', '\r\n', '\r']
  write('a.jsonl', `\uFEFF${lines.map((line, i) => `${line}${ends[i % 3]}`).join('')}`)
  write(
    'b.jsonl',
    Buffer.concat([Buffer.from(`${sample(1)}\n`), Buffer.from([0xff, 0x0a]), Buffer.from('{"a":"\u2028"}\n')]),
  )
  const { read, leftOut } = await readAll()
  expect(read).toEqual([...lines.keys(), 1])
  expect(leftOut).toEqual(['b.jsonl:2', 'b.jsonl:3'])
})
