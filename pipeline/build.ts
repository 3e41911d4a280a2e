import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { type Manifest, Policy, Source, type Thresholds } from '../contracts/index.ts'
import { aggregate } from './aggregate/aggregate.ts'
import { CatalogIndex } from './check/catalog_index.ts'
import { type CheckResult, checkFiles, type OnProgress } from './check/check.ts'
import { countReasons, withReasons } from './count_reasons.ts'
import { checkOutFolder } from './publish/out_folder.ts'
import { publish } from './publish/publish.ts'
import { readCatalog, readJson } from './read/catalog.ts'
import type { DataFile, Refusal } from './read/discover.ts'
import { readInputs } from './read/inputs.ts'
import { reportVerdicts, type VerdictReport } from './report.ts'
import { ExplainedError } from './run_main.ts'

export interface BuildOptions {
  dataDir: string
  /** Where the published files go. */
  outDir: string
  audience: 'public' | 'private'
  onProgress?: OnProgress
  /** Changes the list of files before they are read: what a build of other files would give. */
  overlay?: (files: DataFile[]) => DataFile[]
}

export interface BuildResult {
  files: DataFile[]
  /** Withdrawn files that still lie in the data folder. They were not read. */
  skipped: DataFile[]
  refusals: Refusal[]
  check: CheckResult
  manifest: Manifest
  verdicts: VerdictReport
}

/** Memory that DuckDB may use before it spills to disk. */
const MEMORY_LIMIT = '1GB'

/** Reads, checks, aggregates and publishes a data folder. Throws ExplainedError on a damaged catalogue, policy or source description. */
export async function build({ dataDir, outDir, audience, onProgress, overlay }: BuildOptions): Promise<BuildResult> {
  if (!existsSync(dataDir))
    throw new ExplainedError(`${dataDir}: expected a data folder, found none. Fix: name it with --data.`)
  checkOutFolder(outDir)
  const { files: found, refusals, withdrawn, skipped } = readInputs(dataDir)
  const files = overlay ? overlay(found) : found
  const catalog = readCatalog(dataDir)
  const policy = readPolicy(dataDir, audience)
  const sources = readSources(dataDir, files)
  const scratch = mkdtempSync(join(tmpdir(), 'orch-pipeline-'))
  const database = await DuckDBInstance.create(':memory:', {
    memory_limit: MEMORY_LIMIT,
    temp_directory: join(scratch, 'spill'),
    preserve_insertion_order: 'false',
  })
  const connection = await database.connect()
  try {
    const index = new CatalogIndex(catalog)
    const publishedMonth = new Map(sources.map(({ id, published }) => [id, published]))
    const check = await checkFiles(files, { catalog: index, scratch, publishedMonth, onProgress })
    // A private build has no thresholds, so nothing is left to protect by holding whole cells back.
    const gone = audience === 'public' ? withdrawn.cells : []
    const aggregates = await aggregate(connection, check.strata, policy, gone)
    const head = {
      audience,
      policy,
      tools: toolVersions(),
      inputs: withReasons(check),
      quarantined: countReasons(check.quarantines),
      collecting: aggregates.collecting,
      withdrawn: { cells: gone.length },
    }
    const manifest = await publish(outDir, aggregates, catalog, sources, head)
    const verdicts = reportVerdicts(check, refusals, index)
    // Beside the published folder, not in it: unknown names and line numbers are for the maintainers.
    writeFileSync(join(dirname(outDir), 'verdicts.json'), `${JSON.stringify(verdicts, null, 1)}\n`)
    return { files, skipped, refusals, check, manifest, verdicts }
  } finally {
    connection.closeSync()
    database.closeSync()
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** The thresholds of data/policy.json; a private build has none. */
function readPolicy(dataDir: string, audience: BuildOptions['audience']): Thresholds {
  const policy = readJson(join(dataDir, 'policy.json'), Policy)
  return audience === 'public' ? policy : { k: 1, min_samples: 1, bin_contributors: 1, bin_samples: 1 }
}

/** source.json of every curated folder, in order of id. Throws ExplainedError where one is missing or names another folder. */
function readSources(dataDir: string, files: DataFile[]): Source[] {
  const ids = [...new Set(files.filter(({ kind }) => kind === 'curated').map(({ owner }) => owner))].sort()
  return ids.map((id) => {
    const path = join(dataDir, 'curated', id, 'source.json')
    if (!existsSync(path))
      throw new ExplainedError(
        `${path}: expected a description of the source, found no file. Fix: write source.json beside the rows.`,
      )
    const source = readJson(path, Source)
    if (source.id !== id)
      throw new ExplainedError(
        `${path}: $.id: expected the name of its folder, found "${source.id}". Fix: write "${id}".`,
      )
    return source
  })
}

function toolVersions(): Record<string, string> {
  const names = ['@duckdb/node-api', 'apache-arrow', 'zod']
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'),
  )
  return Object.fromEntries(names.map((name) => [name, String({ ...dependencies, ...devDependencies }[name])]))
}
