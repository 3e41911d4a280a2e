import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import type { BenchmarkRun } from '../../contracts/index.ts'
import { loadCatalogue } from '../../curate/lib/catalogue.ts'
import { type Conversion, type Converter, convertSource } from '../../curate/lib/run.ts'

/** The catalogue of the repository, whose names the converters use. */
export const catalogue = loadCatalogue('data')

/** The names of the converters: curate/<name>.ts. */
export function converterNames(): string[] {
  const files = readdirSync('curate').filter((name) => name.endsWith('.ts'))
  return files.map((name) => name.slice(0, -'.ts'.length)).sort()
}

/** A conversion together with what was reported on stderr. */
export type Reported = Conversion & { report: string[] }

/** Converts the raw files of a fixture folder. */
export function convertFixture(converter: Converter, raw = fixture(converter.about.id, 'raw')): Reported {
  const report: string[] = []
  return { ...convertSource(converter, raw, catalogue, (line) => report.push(line)), report }
}

/** Converts raw files given by name and text. */
export function convertFiles(converter: Converter, texts: Record<string, string>): Reported {
  const raw = mkdtempSync(join(tmpdir(), 'curate-raw-'))
  try {
    for (const [name, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(raw, name)), { recursive: true })
      writeFileSync(join(raw, name), text)
    }
    return convertFixture(converter, raw)
  } finally {
    rmSync(raw, { recursive: true })
  }
}

/** The rows that were left out, by reason. */
export function droppedRows({ source }: Conversion): Record<string, number> {
  return Object.fromEntries(source.rows.dropped.map(({ reason, rows }) => [reason, rows]))
}

/** Compares a conversion with the files under expected/: every row, the counts, and the lines on stderr. */
export function expectPinned({ files, source, report }: Reported): void {
  const folder = fixture(source.id, 'expected')
  const names = Object.keys(files)
  expect(readdirSync(folder).sort()).toEqual([...names, 'report.txt', 'rows.json'].sort())
  for (const name of names) expect(files[name], name).toEqual(readRows(join(folder, name)))
  expect(`${report.join('\n')}\n`).toBe(readFileSync(join(folder, 'report.txt'), 'utf8'))
  expect(source.rows).toEqual(JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')))
}

/** The row with this origin. Throws if there is none. */
export function rowAt({ files }: Conversion, origin: string): BenchmarkRun {
  const row = Object.values(files)
    .flat()
    .find((candidate) => candidate.origin === origin)
  if (row === undefined) throw new Error(`no row with the origin ${origin}`)
  return row
}

/** How many rows the flaw whose description contains `words` concerns. */
export function flawRows({ source }: Conversion, words: string): number {
  const flaws = source.flaws.filter(({ what }) => what.includes(words))
  expect(flaws, `flaws that mention "${words}"`).toHaveLength(1)
  return flaws[0]!.rows
}

export function readRows(path: string): BenchmarkRun[] {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line) as BenchmarkRun)
}

export function fixture(...parts: string[]): string {
  return join('tests/fixtures/curate', ...parts)
}
