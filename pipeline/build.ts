import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Manifest, Policy, Source, type Thresholds } from '../contracts/index.ts'
import { type AggregateOptions, aggregateFamilies } from './aggregate/aggregate_families.ts'
import { prepareTables } from './aggregate/prepare_tables.ts'
import { CacheFolder, CacheLost } from './cache/cache_folder.ts'
import { readKnownCatalog } from './cache/known_catalog.ts'
import { CatalogIndex } from './check/catalog_index.ts'
import { type BegunCheck, beginCheck, type OnProgress } from './check/check.ts'
import type { CheckResult } from './check/check_result.ts'
import type { ClickhouseEngine } from './clickhouse/aggregate_at.ts'
import { countReasons, withReasons } from './count_reasons.ts'
import { type Database, openDatabase } from './database.ts'
import { checkOutFolder } from './publish/out_folder.ts'
import { packBins } from './publish/pack_bins.ts'
import { packReference } from './publish/pack_reference.ts'
import { publish } from './publish/publish.ts'
import { readJson } from './read/catalog.ts'
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
  /** A folder of what former builds computed. Without one, everything is computed anew. */
  cacheDir?: string
  /** Changes the list of files before they are read: what a build of other files would give. */
  overlay?: (files: DataFile[]) => DataFile[]
  /** A ClickHouse that aggregates in the place of DuckDB. */
  clickhouse?: ClickhouseEngine | undefined
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

/** Reads, checks, aggregates and publishes a data folder. Throws ExplainedError on a damaged catalogue, policy or source description. */
export async function build(options: BuildOptions): Promise<BuildResult> {
  const { dataDir, outDir, cacheDir } = options
  if (!existsSync(dataDir))
    throw new ExplainedError(`${dataDir}: expected a data folder, found none. Fix: name it with --data.`)
  checkOutFolder(outDir)
  const cache = cacheDir === undefined ? undefined : new CacheFolder(cacheDir, true)
  const scratch = mkdtempSync(join(tmpdir(), 'orch-pipeline-'))
  // Opens while files are checked.
  const opening = openPrepared(scratch)
  // Who waits for it hears of a failure.
  opening.catch(() => {})
  try {
    return await buildWith(options, { scratch, opening, cache })
  } catch (error) {
    if (!(error instanceof CacheLost)) throw error
    cache!.remove('state')
    return await buildWith(options, { scratch, opening, cache })
  } finally {
    await cache?.close()
    await opening.then(({ close }) => close()).catch(() => {})
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function openPrepared(scratch: string): Promise<Database> {
  const database = await openDatabase(scratch)
  await prepareTables(database.connection)
  return database
}

interface BuildTools {
  scratch: string
  opening: Promise<Database>
  cache: CacheFolder | undefined
}

async function buildWith(options: BuildOptions, { scratch, opening, cache }: BuildTools): Promise<BuildResult> {
  const { dataDir, outDir, audience, onProgress, overlay, clickhouse } = options
  const { files: listed, refusals, withdrawn: withdrawals, skipped } = readInputs(dataDir)
  const found = overlay ? overlay(listed) : listed
  // Samples that lie in ClickHouse take the place of the files.
  const files = clickhouse?.samples === undefined ? found : []
  const catalog = await readKnownCatalog(dataDir, cache)
  const policy = readPolicy(dataDir, audience)
  const sources = readSources(dataDir, found)
  const index = new CatalogIndex(catalog)
  const publishedMonth = new Map(sources.map(({ id, published }) => [id, published]))
  const kept = cache && { cache, dataDir }
  const begun = await beginCheck(files, { catalog: index, scratch, publishedMonth, onProgress, kept })
  // A private build has no thresholds, so nothing is left to protect by holding whole cells back.
  const withdrawn = audience === 'public' ? withdrawals.cells : []
  const aggregate = async (result: CheckResult) =>
    clickhouse
      ? aggregateRemotely(clickhouse, result, { policy, withdrawn })
      : aggregateHere(await opening, result, { policy, withdrawn, cache })
  const [{ check, aggregates }, reference] = await settleAll([
    aggregateChecked(begun, aggregate),
    packReference(catalog, sources),
  ])
  const { bins, tools, ...tables } = aggregates
  const head = {
    audience,
    policy,
    tools: { ...toolVersions(), ...tools },
    inputs: withReasons(check),
    quarantined: countReasons(check.quarantines),
    collecting: tables.collecting,
    withdrawn: { cells: withdrawn.length },
  }
  const published = { ...tables, bins: await packBins(bins, cache) }
  const manifest = await publish(outDir, published, reference, head)
  const verdicts = reportVerdicts(check, refusals, index)
  // Beside the published folder, not in it: unknown names and line numbers are for the maintainers.
  writeFileSync(join(dirname(outDir), 'verdicts.json'), `${JSON.stringify(verdicts, null, 1)}\n`)
  return { files, skipped, refusals, check, manifest, verdicts }
}

/** Aggregates what a check most likely finds, and once more where it finds something else. */
async function aggregateChecked<T>({ likely, final }: BegunCheck, aggregate: (check: CheckResult) => Promise<T>) {
  const [early] = await Promise.allSettled([aggregate(likely), final])
  const check = await final
  if (check !== likely) return { check, aggregates: await aggregate(check) }
  if (early.status === 'rejected') throw early.reason
  return { check, aggregates: early.value }
}

/** Waits for all, even where one fails: none may outlive the folders that it works in. */
async function settleAll<T extends readonly unknown[]>(promises: T) {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}

async function aggregateHere({ connection, beside }: Database, { families }: CheckResult, options: AggregateOptions) {
  return { ...(await aggregateFamilies(connection, families, { ...options, beside })), tools: {} }
}

async function aggregateRemotely(engine: ClickhouseEngine, { strata }: CheckResult, options: AggregateOptions) {
  // Loaded where it is used: its client takes time to load.
  const { aggregateAt } = await import('./clickhouse/aggregate_at.ts')
  const { version, ...aggregates } = await aggregateAt(engine, strata, options)
  return { ...aggregates, tools: { clickhouse: version } }
}

/** The thresholds of data/policy.json; a private build has none. */
function readPolicy(dataDir: string, audience: BuildOptions['audience']): Thresholds {
  const policy = readJson(join(dataDir, 'policy.json'), Policy)
  return audience === 'public'
    ? policy
    : { k: 1, min_samples: 1, bin_contributors: 1, bin_samples: 1, closed_through: 999912 }
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
