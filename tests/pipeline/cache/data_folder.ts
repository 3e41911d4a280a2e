import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from '../../../pipeline/build/build.ts'
import { exportLine } from '../../bench/generate.ts'
import { createRandom } from '../../bench/random.ts'
import { addSmallCatalogue } from '../../support/small_catalogue.ts'

/** Thresholds that small corpora reach. */
const POLICY = { k: 3, min_samples: 3, bin_contributors: 3, bin_samples: 3, closed_through: 202612 }

/** A data folder of a test, with the entries of the catalogue that its samples name. */
export class DataFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
    addSmallCatalogue(path)
    this.setPolicy(POLICY)
  }

  setPolicy(policy: object): void {
    writeFileSync(join(this.path, 'policy.json'), JSON.stringify({ ...POLICY, ...policy }))
  }

  /** Writes a file below exports/. */
  write(name: string, content: string | Uint8Array): void {
    const path = join(this.path, 'exports', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }

  remove(name: string): void {
    rmSync(join(this.path, 'exports', name))
  }
}

/** Samples of one set-up of a contributor's, all different. */
export function samples(seed: number, count: number, month = '2026-10'): string[] {
  const random = createRandom(seed)
  const lines: string[] = []
  while (lines.length < count) {
    const line = exportLine(random, 0, month)
    if (line.includes('"llama.cpp"') && line.includes('RTX 4090')) lines.push(line)
  }
  return lines
}

/** Builds a data folder; returns every file that was written, published or not. */
export async function buildAll(data: DataFolder, outDir: string, cacheDir?: string): Promise<Record<string, string>> {
  mkdirSync(outDir, { recursive: true })
  const target = { outDir: join(outDir, 'data'), audience: 'public' as const }
  await build({ dataDir: data.path, ...target, ...(cacheDir === undefined ? {} : { cacheDir }) })
  return readFolder(outDir)
}

function readFolder(folder: string): Record<string, string> {
  // The published folder is a link to that of its release.
  const published = readdirSync(join(folder, 'data'), { recursive: true, encoding: 'utf8' })
  const names = ['verdicts.json', ...published.map((name) => join('data', name))].sort()
  const files = names.filter((name) => statSync(join(folder, name)).isFile())
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name)).toString('latin1')]))
}
