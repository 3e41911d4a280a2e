import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSite, publishData, type SiteBuild, siteFolders } from '../site/support/build_site.ts'
import { changedFiles, hashFiles } from '../site/support/changed_files.ts'
import { LARGE, largeData } from '../site/support/large_data.ts'

export const SITE_HELP = `The site (--only site): a build from data/, one from generated data of 20,000 published cells, and that one again after one
  run of one source changed. Pages/s, and how many files of the site the change touched.
`

/** Pictures for shared links are only made where the address of the site is known. */
const AS_DEPLOYED = { SITE_URL: 'https://matrix.example' }

interface Row {
  what: string
  build: SiteBuild
  changed?: number
}

/** Builds the site from real and from large data, and prints a table. */
export async function benchSite(): Promise<void> {
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'orch-bench-'))
  try {
    printSites([benchReal(join(folder, 'real')), ...benchLarge(join(folder, 'large'))])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function benchReal(folder: string): Row {
  const folders = siteFolders(folder)
  execFileSync(process.execPath, ['pipeline/cli.ts', '--out', folders.published], { stdio: ['ignore', 'pipe', 'pipe'] })
  return { what: 'data/', build: buildSite(folders, AS_DEPLOYED) }
}

function benchLarge(folder: string): Row[] {
  const folders = siteFolders(folder)
  const content = largeData(LARGE)
  publishData(folders, content)
  const build = buildSite(folders, AS_DEPLOYED)
  const before = hashFiles(folders.site)
  const run = content.sources[0]!.runs[0]!
  run.decode_time_ms = run.decode_time_ms! / 2
  publishData(folders, content)
  const again = buildSite(folders, AS_DEPLOYED)
  const changed = changedFiles(before, hashFiles(folders.site)).length
  return [
    { what: 'large', build },
    { what: 'large, one run changed', build: again, changed },
  ]
}

function printSites(rows: Row[]): void {
  const speed = ({ pages, seconds }: SiteBuild) => pages / seconds
  console.log('\n| site from | pages | files | seconds | pages/s | × data/ | files changed |')
  console.log('|---|---:|---:|---:|---:|---:|---:|')
  for (const { what, build, changed } of rows) {
    const { pages, files, seconds } = build
    const counts = [pages, files].map((count) => count.toLocaleString('en'))
    const ratio = (speed(build) / speed(rows[0]!.build)).toFixed(2)
    const cells = [what, ...counts, seconds.toFixed(1), speed(build).toFixed(0), ratio, changed ?? '']
    console.log(`| ${cells.join(' | ')} |`)
  }
  console.log()
}
