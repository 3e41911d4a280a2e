import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AnonymizedExport, BenchmarkRun, Catalog, Policy, Source } from '../../../contracts/index.ts'

/** What a data folder of a test holds; all of it invented, none of it published. */
export interface DataFolder {
  catalog: Catalog
  policy: Policy
  sources: { source: Source; runs: BenchmarkRun[] }[]
  exports: { contributor: string; month: string; samples: AnonymizedExport[] }[]
}

/** Writes a data folder as the pipeline reads it. */
export function writeDataFolder(dataDir: string, { catalog, policy, sources, exports }: DataFolder): void {
  const { gpus, models, quantizations, engines, prices } = catalog
  const files = { gpus: { gpus }, models: { models, quantizations }, engines: { engines }, prices: { prices } }
  for (const [name, content] of Object.entries(files))
    writeJson(join(dataDir, 'catalog'), `${name}.json`, { schema_version: 1, ...content })
  writeJson(dataDir, 'policy.json', policy)
  for (const { source, runs } of sources) {
    const folder = join(dataDir, 'curated', source.id)
    writeJson(folder, 'source.json', source)
    writeLines(folder, 'runs.jsonl', runs)
  }
  for (const { contributor, month, samples } of exports)
    writeLines(join(dataDir, 'exports', contributor, month), 'samples.jsonl', samples)
}

function writeJson(folder: string, name: string, value: unknown): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), JSON.stringify(value))
}

function writeLines(folder: string, name: string, rows: readonly unknown[]): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
}
