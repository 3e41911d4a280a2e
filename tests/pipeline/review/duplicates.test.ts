import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { build } from '../../../pipeline/build/build.ts'
import { exportLine } from '../../bench/generate.ts'
import { createRandom } from '../../bench/random.ts'
import { addSmallCatalogue } from '../../support/small_catalogue.ts'

/** A sample that is submitted twice counts once: whole builds, compared with the same builds without the repetition. */

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'duplicates-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const samples = Array.from({ length: 40 }, (_, i) => exportLine(createRandom(i + 1), i + 1, '2026-10'))

/** Builds exports given by path below exports/; returns the published files and what was said of each input. */
async function buildExports(exports: Record<string, string[] | Uint8Array>) {
  const dataDir = mkdtempSync(join(folder, 'data-'))
  addSmallCatalogue(dataDir)
  cpSync('data/policy.json', join(dataDir, 'policy.json'))
  for (const [name, content] of Object.entries(exports)) {
    const path = join(dataDir, 'exports', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, Array.isArray(content) ? `${content.join('\n')}\n` : content)
  }
  const outDir = join(dataDir, 'out')
  const { findings } = await build({ dataDir, outDir, audience: 'private' })
  const counts = Object.fromEntries(
    findings.map(({ verdicts: { path, accepted, quarantined } }) => [path, [accepted, quarantined]]),
  )
  return { tables: readTables(outDir), counts, quarantines: findings.flatMap((file) => file.quarantines) }
}

function readTables(outDir: string): Record<string, string> {
  const names = readdirSync(outDir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.arrow'))
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(outDir, name), 'base64')]))
}

describe('a sample submitted twice', () => {
  test('in one file counts once, in its first line', async () => {
    const once = await buildExports({ 'ada/2026-10/a.jsonl': samples })
    const twice = await buildExports({ 'ada/2026-10/a.jsonl': [...samples, samples[3]!, samples[3]!, samples[17]!] })
    expect(twice.tables).toEqual(once.tables)
    expect(twice.counts).toEqual({ 'exports/ada/2026-10/a.jsonl': [40, 3] })
    expect(twice.quarantines).toMatchObject([{ reason: 'duplicate', line: 41, last_line: 43, lines: 3 }])
  })

  test('in two files counts in the file of the earlier month', async () => {
    const later = samples.map((line) => line.replaceAll('2026-10-', '2026-09-'))
    const once = await buildExports({
      'zoe/2026-09/a.jsonl': later.slice(0, 20),
      'ada/2026-10/b.jsonl': later.slice(20),
    })
    const twice = await buildExports({ 'zoe/2026-09/a.jsonl': later.slice(0, 20), 'ada/2026-10/b.jsonl': later })
    expect(twice.tables).toEqual(once.tables)
    expect(twice.counts).toEqual({ 'exports/ada/2026-10/b.jsonl': [20, 20], 'exports/zoe/2026-09/a.jsonl': [20, 0] })
  })

  test('in a packed file and in one with other faults counts once', async () => {
    const plain = { 'ada/2026-10/a.jsonl': samples.slice(0, 10), 'ada/2026-10/c.jsonl': samples.slice(10) }
    const once = await buildExports(plain)
    const twice = await buildExports({
      ...plain,
      'ada/2026-10/b.jsonl.gz': gzipSync(`${samples.slice(5, 15).join('\n')}\n`),
      'ada/2026-10/c.jsonl': ['{"not":"a sample"}', ...samples.slice(10), samples[0]!],
    })
    // b.jsonl.gz comes before c.jsonl: what is in both counts there.
    expect(twice.counts).toEqual({
      'exports/ada/2026-10/a.jsonl': [10, 0],
      'exports/ada/2026-10/b.jsonl.gz': [5, 5],
      'exports/ada/2026-10/c.jsonl': [25, 6],
    })
    expect(twice.tables).toEqual(once.tables)
  })

  test('thousands of times takes one entry for each file in which it counts', async () => {
    const many = Array.from({ length: 4000 }, (_, i) => samples[i % 40]!)
    const { counts, quarantines } = await buildExports({
      'ada/2026-09/a.jsonl': samples.slice(0, 10).map((line) => line.replace(/"ts":"2026-10/, '"ts":"2026-09')),
      'ben/2026-10/b.jsonl': many,
      'cyd/2026-10/c.jsonl': many,
    })
    expect(counts).toEqual({
      'exports/ada/2026-09/a.jsonl': [10, 0],
      'exports/ben/2026-10/b.jsonl': [30, 3970],
      'exports/cyd/2026-10/c.jsonl': [30, 3970],
    })
    const places = quarantines.map(({ path, counts_in, lines }) => [path, counts_in, lines])
    expect(places).toEqual([
      ['exports/ben/2026-10/b.jsonl', 'exports/ada/2026-09/a.jsonl', 1000],
      ['exports/ben/2026-10/b.jsonl', 'exports/ben/2026-10/b.jsonl', 2970],
      ['exports/cyd/2026-10/c.jsonl', 'exports/ada/2026-09/a.jsonl', 1000],
      // Who of the two was first nobody can tell.
      ['exports/cyd/2026-10/c.jsonl', 'exports/cyd/2026-10/c.jsonl', 2970],
    ])
  })
})
