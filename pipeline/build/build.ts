import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Catalog, Manifest } from '../../contracts/index.ts'
import { aggregatePartitions } from '../aggregate/aggregate_partitions.ts'
import { CacheFolder } from '../cache/cache_folder.ts'
import { nameContents } from '../cache/content_keys.ts'
import type { ClickhouseSamples } from '../clickhouse/count_samples.ts'
import { type Database, openDatabase } from '../lib/database.ts'
import { ExplainedError } from '../lib/run_main.ts'
import { writeWhole } from '../lib/write_whole.ts'
import { checkOutFolder } from '../publish/out_folder.ts'
import { packFigures } from '../publish/pack_figures.ts'
import { packReference } from '../publish/pack_reference.ts'
import { publish } from '../publish/publish.ts'
import { readCatalog, readPolicy } from '../read/catalog.ts'
import { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile, Refusal } from '../read/discover.ts'
import { readInputs } from '../read/inputs.ts'
import { readSources } from '../read/sources.ts'
import { countReasons, reportVerdicts, type VerdictReport } from '../report/report.ts'
import { checkFiles, type OnProgress } from '../review/check.ts'
import { type Findings, sortFindings } from '../review/file_findings.ts'
import { BuildStates } from './build_states.ts'
import { computeBenchmarks } from './compute_benchmarks.ts'

export interface BuildOptions {
  dataDir: string
  outDir: string
  audience: 'public' | 'private'
  onProgress?: OnProgress
  /** A folder of what former builds computed. Without one, everything is computed anew. */
  cacheDir?: string
  /** Changes the list of files before they are read: what a build of other files would give. */
  overlay?: (files: DataFile[]) => DataFile[]
  /** Samples that take the place of the exports in the data folder. */
  clickhouse?: ClickhouseSamples | undefined
}

export interface BuildResult {
  files: DataFile[]
  /** Withdrawn files that still lie in the data folder. They were not read. */
  skipped: DataFile[]
  refusals: Refusal[]
  findings: Findings[]
  manifest: Manifest
  verdicts: VerdictReport
}

/** Reads, checks, aggregates and publishes a data folder. Throws ExplainedError on a damaged catalogue, policy or source description. */
export async function build(options: BuildOptions): Promise<BuildResult> {
  const { dataDir, outDir, cacheDir } = options
  if (!existsSync(dataDir))
    throw new ExplainedError(`${dataDir}: expected a data folder, found none. Fix: name it with --data.`)
  checkOutFolder(outDir)
  const cache = new CacheFolder(cacheDir ?? null)
  const scratch = mkdtempSync(join(tmpdir(), 'orch-pipeline-'))
  // Opens while the inputs are read.
  const database = openDatabase(scratch)
  // Who waits for it hears of a failure.
  database.catch(() => {})
  try {
    return await buildWith(options, { scratch, database, cache })
  } finally {
    cache.removeUnused()
    await database.then(({ close }) => close()).catch(() => {})
    rmSync(scratch, { recursive: true, force: true })
  }
}

type BuildTools = { scratch: string; database: Promise<Database>; cache: CacheFolder }

async function buildWith(options: BuildOptions, tools: BuildTools): Promise<BuildResult> {
  const { audience, outDir } = options
  const inputs = readAll(options)
  const { findings, tables, collecting, clickhouse } = await compute(inputs, options, tools)
  const verdicts = reportVerdicts(findings, inputs.refusals, inputs.index)
  // Beside the published folder, not in it: unknown names and line numbers are for the maintainers.
  writeWhole(join(dirname(outDir), 'verdicts.json'), `${JSON.stringify(verdicts, null, 1)}\n`)
  const manifest = await publish(outDir, tables, {
    audience,
    policy: inputs.policy,
    tools: { ...toolVersions(), ...(clickhouse && { clickhouse }) },
    inputs: verdicts.files,
    quarantined: countReasons(findings.flatMap(({ quarantines }) => quarantines)),
    collecting,
    withdrawn: {
      cells: inputs.withdrawn.length,
      ...(inputs.frozen.length > 0 && { frozen: inputs.frozen.map(({ row }) => row.cell_id) }),
    },
  })
  return { files: inputs.files, skipped: inputs.skipped, refusals: inputs.refusals, findings, manifest, verdicts }
}

/** Everything in the data folder but the lines of its files. */
function readAll({ dataDir, audience, overlay, clickhouse }: BuildOptions) {
  const { files: listed, refusals, withdrawn, skipped } = readInputs(dataDir)
  const found = overlay ? overlay(listed) : listed
  const catalog = readCatalog(dataDir)
  return {
    // Samples that lie in ClickHouse take the place of files of samples.
    files: clickhouse ? found.filter(({ kind }) => kind === 'curated') : found,
    refusals,
    skipped,
    // A private build has no thresholds, so nothing is left to protect by holding whole cells back.
    withdrawn: audience === 'public' ? withdrawn.cells : [],
    frozen: audience === 'public' ? (withdrawn.frozen ?? []) : [],
    catalog,
    index: new CatalogIndex(catalog),
    policy: readPolicy(dataDir, audience),
    sources: readSources(dataDir, found),
  }
}

type Inputs = ReturnType<typeof readAll>

/** Checks and aggregates benchmark rows and samples, each on a path of its own. */
async function compute(inputs: Inputs, options: BuildOptions, { scratch, database, cache }: BuildTools) {
  const { files, index: catalog, policy, sources, withdrawn, frozen } = inputs
  const { curated = [], community = [] } = Object.groupBy(files, ({ kind }) => kind)
  const publishedMonth = new Map(sources.map(({ id, published }) => [id, published]))
  const keys = cache.isKept ? nameContents(files, options.dataDir) : new Map<string, string>()
  const tools = { catalog, scratch, cache }
  const benchmarks = await computeBenchmarks(curated, { ...tools, keys, publishedMonth, opening: database })
  const onProgress = (done: number) => options.onProgress?.(curated.length + done, files.length)
  onProgress(0)
  const states = new BuildStates(cache, catalog.fingerprint, community, keys)
  const state = community.length > 0 ? states.find() : null
  const samples = await checkFiles(community, { ...tools, database, onProgress, former: state?.checked })
  // Loaded where it is used: its client takes time to load.
  const remote = options.clickhouse && (await import('../clickhouse/count_samples.ts'))
  const counted = await remote?.countSamples(options.clickhouse!)
  const former = new Map([...(state?.results ?? [])].filter(([key]) => !samples.changed.has(key)))
  const given = { policy, withdrawn, frozen, former }
  const figures = await aggregatePartitions(database, counted?.partitions ?? samples.partitions, given)
  const { changed: _, ...checked } = samples
  if (community.length > 0) await states.keep({ checked, results: figures.results })
  const unlisted = findUnlisted(inputs.catalog, [...figures.matrix, ...benchmarks.figures.matrix])
  return {
    findings: sortFindings([...samples.findings, ...benchmarks.findings], files),
    tables: [...packFigures(figures, benchmarks.figures), ...packReference(inputs.catalog, sources, unlisted)],
    collecting: figures.collecting,
    clickhouse: counted?.version,
  }
}

/** The ids of the models with figures that the catalogue does not have, in order. */
function findUnlisted({ models }: Catalog, rows: readonly { model_id: string }[]): string[] {
  const listed = new Set(models.map(({ id }) => id))
  return [...new Set(rows.map(({ model_id }) => model_id))].filter((id) => !listed.has(id)).sort()
}

function toolVersions(): Record<string, string> {
  const names = ['@duckdb/node-api', 'apache-arrow', 'zod']
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
  )
  return Object.fromEntries(names.map((name) => [name, String({ ...dependencies, ...devDependencies }[name])]))
}
