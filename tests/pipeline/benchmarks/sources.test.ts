import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CellRow } from '../../../contracts/index.ts'
import { compareVersions } from '../../../contracts/versions.ts'
import { type BuildResult, build } from '../../../pipeline/build/build.ts'
import { readPublication } from '../../../pipeline/diff/diff_builds.ts'

/** What becomes of two curated sources, as they lie in this repository. */

const SOURCES = ['rocm-vllm-mi300x', 'engine-readme-tables']

let folder: string
let built: BuildResult
let cells: CellRow[]
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sources-'))
  const dataDir = join(folder, 'data')
  for (const name of ['catalog', 'policy.json', ...SOURCES.map((source) => `curated/${source}`)])
    cpSync(join('data', name), join(dataDir, name), { recursive: true })
  const outDir = join(folder, 'out', 'data')
  built = await build({ dataDir, outDir, audience: 'public' })
  cells = readPublication(outDir).cells
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('nine dates of vLLM on MI300X are a series of versions in the cells of one matrix row', () => {
  const own = cells.filter(({ source }) => source === 'rocm-vllm-mi300x')
  const series = [...Map.groupBy(own, ({ matrix_id }) => matrix_id).values()].map((row) =>
    [...new Set(row.map(({ engine_version }) => engine_version))].sort((a, b) => compareVersions(a, b)!),
  )
  expect(series.length).toBe(14)
  for (const versions of series) expect([versions[0], versions.at(-1)]).toEqual(['0.6.6', '0.9.1'])
  expect(series[0]).toEqual(['0.6.6', '0.7.3', '0.8.5', '0.9.0.1', '0.9.1'])
})

test('TensorRT-LLM in int8 at rates that the memory cannot give is stopped', () => {
  const rows = built.verdicts.quarantined.filter(({ path }) => path === 'curated/engine-readme-tables/premai.jsonl')
  expect(rows.map(({ line }) => line)).toEqual([17, 18, 19, 20, 45, 46, 47, 48])
  expect(new Set(rows.map(({ reason }) => reason))).toEqual(new Set(['implausible_speed']))
  expect(cells.filter(({ engine }) => engine === 'tensorrt-llm')).toEqual([])
})
