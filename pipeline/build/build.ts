import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Manifest } from '../../contracts/index.ts'
import { joinAggregates } from '../aggregate/join_aggregates.ts'
import { prepareTables } from '../aggregate/prepare_tables.ts'
import { CacheFolder, CacheLost } from '../cache/cache_folder.ts'
import { ContentKeys } from '../cache/content_keys.ts'
import { readKnownCatalog } from '../cache/known_catalog.ts'
import type { ClickhouseEngine } from '../clickhouse/aggregate_at.ts'
import { type Database, openDatabase } from '../lib/database.ts'
import { ExplainedError } from '../lib/run_main.ts'
import { settleAll } from '../lib/settle_all.ts'
import { checkOutFolder } from '../publish/out_folder.ts'
import { packAggregates } from '../publish/pack_aggregates.ts'
import { packReference } from '../publish/pack_reference.ts'
import { publish } from '../publish/publish.ts'
import { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile, Refusal } from '../read/discover.ts'
import { readInputs } from '../read/inputs.ts'
import { readPolicy } from '../read/policy.ts'
import { readSources } from '../read/sources.ts'
import { countReasons, withReasons } from '../report/count_reasons.ts'
import { reportVerdicts, type VerdictReport } from '../report/report.ts'
import { beginCheck, type OnProgress } from '../review/check.ts'
import type { CheckResult } from '../review/check_result.ts'
import { joinFindings } from '../review/join_findings.ts'
import { aggregateChecked, aggregateHere, aggregateRemotely } from './aggregate_checked.ts'
import { computeBenchmarks } from './compute_benchmarks.ts'

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

async function buildWith(options: BuildOptions, tools: BuildTools): Promise<BuildResult> {
  const inputs = await readAll(options, tools.cache)
  const { check, aggregates, reference } = await compute(inputs, options, tools)
  const head = {
    audience: options.audience,
    policy: inputs.policy,
    tools: { ...toolVersions(), ...aggregates.tools },
    inputs: withReasons(check),
    quarantined: countReasons(check.quarantines),
    collecting: aggregates.collecting,
    withdrawn: { cells: inputs.withdrawn.length },
  }
  const tables = [...(await packAggregates(aggregates, tools.cache)), ...reference]
  const publishing = publish(options.outDir, tables, head)
  // Giving its memory back takes a while: do so while the files are written.
  const [manifest] = await settleAll([publishing, tools.opening.then(({ close }) => close())])
  const verdicts = reportVerdicts(check, inputs.refusals, inputs.index)
  // Beside the published folder, not in it: unknown names and line numbers are for the maintainers.
  writeFileSync(join(dirname(options.outDir), 'verdicts.json'), `${JSON.stringify(verdicts, null, 1)}\n`)
  return { files: inputs.files, skipped: inputs.skipped, refusals: inputs.refusals, check, manifest, verdicts }
}

/** Everything in the data folder but the lines of its files. The database that opens goes on between two steps. */
async function readAll({ dataDir, audience, overlay, clickhouse }: BuildOptions, cache: CacheFolder | undefined) {
  const { files: listed, refusals, withdrawn, skipped } = readInputs(dataDir)
  await setImmediate()
  const found = overlay ? overlay(listed) : listed
  const catalog = await readKnownCatalog(dataDir, cache)
  await setImmediate()
  return {
    // Samples that lie in ClickHouse take the place of files of samples.
    files: clickhouse?.samples === undefined ? found : found.filter(({ kind }) => kind === 'curated'),
    refusals,
    skipped,
    // A private build has no thresholds, so nothing is left to protect by holding whole cells back.
    withdrawn: audience === 'public' ? withdrawn.cells : [],
    catalog,
    index: new CatalogIndex(catalog),
    policy: readPolicy(dataDir, audience),
    sources: readSources(dataDir, found),
  }
}

type Inputs = Awaited<ReturnType<typeof readAll>>

/** Checks the files and aggregates what they hold, while the published form of the rest is made. */
async function compute(inputs: Inputs, options: BuildOptions, { scratch, opening, cache }: BuildTools) {
  const { files, catalog, index, policy, sources, withdrawn } = inputs
  const { dataDir, onProgress, clickhouse } = options
  const { curated = [], community = [] } = Object.groupBy(files, ({ kind }) => kind)
  const publishedMonth = new Map(sources.map(({ id, published }) => [id, published]))
  const kept = cache && { cache, keys: new ContentKeys(dataDir) }
  const benchmarks = await computeBenchmarks(curated, { catalog: index, scratch, publishedMonth, opening, kept })
  const onChecked = (done: number) => onProgress?.(curated.length + done, files.length)
  onChecked(0)
  const begun = await beginCheck(community, { catalog: index, scratch, onProgress: onChecked, kept })
  const aggregate = (result: CheckResult) =>
    clickhouse
      ? aggregateRemotely(clickhouse, result, { policy, withdrawn })
      : aggregateHere(opening, result, { policy, withdrawn, cache })
  const packing = packReference(catalog, index.fingerprint, sources, cache)
  const [{ check, aggregates }, reference] = await settleAll([aggregateChecked(begun, aggregate), packing])
  return {
    check: joinFindings(files, check, benchmarks.findings),
    aggregates: joinAggregates(aggregates, benchmarks.figures, benchmarks.fingerprint),
    reference,
  }
}

function toolVersions(): Record<string, string> {
  const names = ['@duckdb/node-api', 'apache-arrow', 'zod']
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
  )
  return Object.fromEntries(names.map((name) => [name, String({ ...dependencies, ...devDependencies }[name])]))
}
