import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { ABOUT, FLAWS } from './dgx_spark/about.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { parseCsv } from './lib/csv.ts'
import { dayOf } from './lib/day.ts'
import { readOptions } from './lib/launch.ts'
import { byColumn, numberIn, readTables } from './lib/markdown.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { type ServingResult, servingFields } from './lib/serving.ts'

const HELP = `
Usage: node curate/dgx-spark-devreng.ts <raw-folder> [--out data]

Converts the results of github.com/djangodevreng/dgx-spark-benchmarks: one row per line of text generation of llama-benchy (01 to
06, *.md) and one per run of vllm bench serve (07 to 11, *.json). The raw folder holds the files of results/ with "/" in their
paths replaced by "__". Writes curated/dgx-spark-devreng/{closed-loop,open-loop}.jsonl and source.json.
`

/** Largest share of failed requests of a run whose means are kept. */
const MAX_FAILED = 0.05
/** Tests of one load each, so that their power log is about that load. */
const ONE_LOAD = /__(06|07|08|09|10)-/
const META = '__meta.json'
const CLOSED_LOOP = /__0[1-6]-[^_]*\.md$/
/** The summary of the rate sweep has no rate in its name. */
const OPEN_LOOP = /__(0[7-9]|10)-[^_]*\.json$|__11-rate-sweep-[\d.]+\.json$/

/** Models whose repository holds fp8 weights, whatever the profile is called. */
const STORED_IN_FP8 = /^mistralai\/Ministral-3-.*-Instruct-2512$/

interface Meta {
  profile: string
  model: string
  vllm_version_reported: string
  server_config: { kv_cache_dtype: string; extra_vllm_args: string }
  generated_at: string
}

type SweepResult = ServingResult & { date: string; failed: number; request_rate: number }

/** The rows of a folder share what its meta.json states. */
interface Folder {
  raw: string
  files: string[]
  shared: ReturnType<typeof sharedFields>
  isMislabelled: boolean
  hasWorkAround: boolean
  log: ConversionLog
}

/** The converter of the DGX Spark benchmarks. */
export const dgxSpark: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const names = readdirSync(raw).sort()
  const folders = names
    .filter((name) => name.endsWith(META))
    .map((name) => readFolder(raw, name, names, catalogue, log))
  return {
    'closed-loop.jsonl': folders.flatMap((folder) =>
      folder.files.filter((name) => CLOSED_LOOP.test(name)).flatMap((name) => closedLoop(name, folder)),
    ),
    'open-loop.jsonl': folders.flatMap((folder) =>
      folder.files.filter((name) => OPEN_LOOP.test(name)).flatMap((name) => openLoop(name, folder)),
    ),
  }
}

function readFolder(raw: string, metaName: string, names: string[], catalogue: Catalogue, log: ConversionLog): Folder {
  const meta = readJson<Meta>(join(raw, metaName))
  const prefix = metaName.slice(0, -META.length)
  const files = names.filter((name) => name.startsWith(`${prefix}__`))
  log.countFlaw('repeated', files.filter((name) => name.endsWith('-rate-sweep.json')).length)
  return {
    raw,
    files,
    shared: sharedFields(meta, catalogue),
    isMislabelled: STORED_IN_FP8.test(meta.model) && meta.profile !== 'fp8',
    hasWorkAround: /marlin/i.test(meta.server_config.extra_vllm_args),
    log,
  }
}

/** Counts the flaws that concern every row of a folder. */
function countShared({ isMislabelled, hasWorkAround, log }: Folder): void {
  if (isMislabelled) log.countFlaw('profile')
  if (hasWorkAround) log.countFlaw('workAround')
}

function sharedFields(meta: Meta, catalogue: Catalogue) {
  const { extra_vllm_args, kv_cache_dtype } = meta.server_config
  return {
    ...readOptions(`${extra_vllm_args} --kv-cache-dtype ${kv_cache_dtype}`.replaceAll('_config {', '-config {'), 'vllm')
      .options,
    ts: dayOf(meta.generated_at),
    model_ref: catalogue.repository(meta.model, 'vllm').model_ref,
    quantization: STORED_IN_FP8.test(meta.model) ? 'fp8' : meta.profile.replace(/-(v23|spec)$/, ''),
    engine: 'vllm',
    engine_version: meta.vllm_version_reported,
    gpu_name: gpuNameOf(catalogue, 'nvidia-gb10'),
    vram_total_mb: 131_072,
    // The source is about one machine.
    machine: 'm1',
  }
}

/** A line of prompt processing gives the first token of the line of generation below it. */
function closedLoop(name: string, folder: Folder): BenchmarkRun[] {
  const { raw, shared, log } = folder
  const tests = readTests(join(raw, name))
  const power_w = powerOf(raw, name, log)
  return tests.flatMap((test, index) => {
    if (test?.kind === 'pp') return []
    const origin = `${originOf(name)}#${index + 1}`
    const prompt = tests[index - 1]
    if (test == null || test.rate === null || prompt?.kind !== 'pp' || prompt.load !== test.load) {
      log.drop('no rate, or no prompt processing at the same load', origin)
      return []
    }
    if (test.depth > 0) log.countFlaw('depth')
    countShared(folder)
    return curatedRow({ ...shared, ...generated(prompt, test, test.rate), origin, power_w })
  })
}

type Test = NonNullable<ReturnType<typeof readTest>>

/** The fields of a line of generation behind its line of prompt processing. */
function generated(prompt: Test, { tokens, load }: Test, rate: number) {
  return {
    tokens_in: prompt.tokens + prompt.depth,
    tokens_out: tokens,
    first_token_ms: prompt.first_token_ms,
    decode_time_ms: ((tokens - 1) / rate) * 1000,
    concurrency: load,
    measurement_type: load === 1 ? ('single_stream' as const) : ('batched_online' as const),
    runs: 3,
  }
}

function readTests(path: string) {
  const tables = readTables(readFileSync(path, 'utf8')).filter(({ columns }) => columns.includes('t/s (req)'))
  return tables.flatMap((table) => table.rows.map((cells) => readTest(byColumn(table, cells))))
}

/** Reads a line such as `tg512 @ d4 (c10)`; null if it is none. */
function readTest(line: Record<string, string>) {
  const match = /^(pp|tg)(\d+)(?: @ d(\d+))? \(c(\d+)\)$/.exec(line.test ?? '')
  if (match === null) return null
  return {
    kind: match[1] as 'pp' | 'tg',
    tokens: Number(match[2]),
    depth: Number(match[3] ?? 0),
    load: Number(match[4]),
    rate: numberIn(line['t/s (req)']),
    first_token_ms: numberIn(line['e2e_ttft (ms)']),
  }
}

function openLoop(name: string, folder: Folder): BenchmarkRun[] {
  const { raw, shared, log } = folder
  const result = readJson<SweepResult>(join(raw, name))
  const origin = `${originOf(name)}#1`
  if (result.failed > 0) log.countFlaw('failed')
  if (result.failed / (result.failed + result.completed) > MAX_FAILED) {
    log.drop('many requests failed, so the means are those of the survivors', origin)
    return []
  }
  countShared(folder)
  return [
    curatedRow({
      ...shared,
      ...servingFields(result),
      origin,
      ts: dayOf(result.date),
      measurement_type: 'batched_online',
      request_rate: result.request_rate,
      power_w: powerOf(raw, name, log),
    }),
  ]
}

/** Mean watts over the telemetry of a test of one load. */
function powerOf(raw: string, name: string, log: ConversionLog): number | undefined {
  const path = join(raw, name.replace(/__(\d\d)-.*$/, '__$1-telemetry.csv'))
  if (!ONE_LOAD.test(name) || !existsSync(path)) {
    log.countFlaw('telemetry')
    return undefined
  }
  const watts = parseCsv(readFileSync(path, 'utf8')).map(({ power_w }) => Number(power_w))
  return watts.length === 0 ? undefined : watts.reduce((sum, value) => sum + value, 0) / watts.length
}

function originOf(name: string): string {
  return `results/${name.replaceAll('__', '/')}`
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T
}

if (import.meta.main) runConverter(dgxSpark, HELP)
