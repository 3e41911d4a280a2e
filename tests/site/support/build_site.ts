import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type DataFolder, writeDataFolder } from './data_folder.ts'

/** Where a test keeps a site of its own. */
export interface SiteFolders {
  data: string
  published: string
  site: string
}

export function siteFolders(folder: string): SiteFolders {
  return { data: join(folder, 'data'), published: join(folder, 'published', 'data'), site: join(folder, 'site') }
}

/** Writes a data folder and publishes it through the pipeline. Throws where a line is rejected. */
export function publishData(folders: SiteFolders, content: DataFolder): void {
  writeDataFolder(folders.data, content)
  const args = ['pipeline/cli.ts', '--data', folders.data, '--out', folders.published, '--no-cache']
  execFileSync(process.execPath, args, { stdio: 'pipe' })
}

export interface SiteBuild {
  seconds: number
  pages: number
  files: number
  /** How often each published table was read. */
  reads: Record<string, number>
}

/** Builds the site from published files, and counts what it reads and writes. */
export function buildSite({ published, site }: SiteFolders, env: Record<string, string> = {}): SiteBuild {
  const report = `${site}-reads.json`
  rmSync(report, { force: true })
  const start = performance.now()
  execFileSync('node_modules/.bin/astro', ['build'], {
    env: {
      ...process.env,
      DATA_OUT: published,
      OUT_DIR: site,
      ASTRO_TELEMETRY_DISABLED: '1',
      COUNT_READS: report,
      NODE_OPTIONS: `--import ${join(import.meta.dirname, 'count_reads.mjs')}`,
      ...env,
    },
    stdio: 'pipe',
    maxBuffer: 1e9,
  })
  const seconds = (performance.now() - start) / 1000
  const names = readdirSync(site, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return {
    seconds,
    pages: names.filter(({ name }) => name.endsWith('.html')).length,
    files: names.length,
    reads: JSON.parse(readFileSync(report, 'utf8')),
  }
}
