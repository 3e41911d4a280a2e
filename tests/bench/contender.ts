import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { DuckDBInstance, listValue } from '@duckdb/node-api'
import { AnonymizedExport } from '../../contracts/index.ts'
import { build } from '../../pipeline/build/build.ts'

/**
 * One way to read a corpus, in a process of its own so that its peak memory is its own. Prints one line of JSON: seconds and peak
 * resident megabytes.
 */

/** Every member of the contract, as DuckDB would hold it. */
const COLUMNS: Record<keyof AnonymizedExport, string> = {
  ts: 'VARCHAR',
  tenant_id: 'VARCHAR',
  job_id: 'VARCHAR',
  model_ref: 'VARCHAR',
  engine: 'VARCHAR',
  engine_version: 'VARCHAR',
  gpu_name: 'VARCHAR',
  vram_total_mb: 'BIGINT',
  vram_used_mb_peak: 'BIGINT',
  tokens_in: 'BIGINT',
  tokens_out: 'BIGINT',
  first_token_ms: 'DOUBLE',
  decode_time_ms: 'DOUBLE',
  exit: 'VARCHAR',
  schema_version: 'INTEGER',
  gpu_count: 'INTEGER',
  quantization: 'VARCHAR',
  measurement_type: 'VARCHAR',
  concurrency: 'DOUBLE',
  output_tps: 'DOUBLE',
  pieces: 'INTEGER',
  tokens_in_cached: 'BIGINT',
  cold_start: 'BOOLEAN',
  speculative: 'BOOLEAN',
  streamed: 'BOOLEAN',
  tokens_estimated: 'BOOLEAN',
  weights_mb: 'BIGINT',
  kv_cache_dtype: 'VARCHAR',
  engine_backend: 'VARCHAR',
  speculative_method: 'VARCHAR',
  tensor_parallel: 'INTEGER',
  pipeline_parallel: 'INTEGER',
  data_parallel: 'INTEGER',
  expert_parallel: 'INTEGER',
  error_code: 'VARCHAR',
  timing_source: 'VARCHAR',
  driver_version: 'VARCHAR',
  host_id: 'VARCHAR',
}

/** DuckDB alone: every column typed into a table, then a GROUP BY; nothing checked. */
async function duckdbAlone(paths: string[]): Promise<void> {
  const columns = Object.entries(COLUMNS).map(([name, type]) => `${name}: '${type}'`)
  const database = await DuckDBInstance.create(':memory:', { preserve_insertion_order: 'false' })
  const connection = await database.connect()
  await connection.run(
    `CREATE TABLE samples AS SELECT * FROM read_json($1, format = 'newline_delimited', columns = {${columns.join(', ')}})`,
    [listValue(paths)],
  )
  await connection.runAndReadAll(`
    SELECT model_ref, quantization, gpu_name, gpu_count, engine, engine_version, measurement_type, count(*),
      quantile_cont((tokens_out - 1) * 1000 / nullif(decode_time_ms, 0), [0.05, 0.25, 0.5, 0.75, 0.95]),
      quantile_cont(first_token_ms, [0.05, 0.25, 0.5, 0.75, 0.95])
    FROM samples GROUP BY ALL`)
}

/** zod on every parsed line; nothing aggregated. */
async function zodPerLine(paths: string[]): Promise<void> {
  let accepted = 0
  for (const path of paths) {
    for await (const line of createInterface({ input: createReadStream(path) })) {
      if (AnonymizedExport.safeParse(JSON.parse(line)).success) accepted++
    }
  }
  if (accepted === 0) throw new Error('zod accepted nothing: the corpus is not what it should be')
}

/** The pipeline: every line checked, every table written. */
async function pipeline(dataDir: string, outDir: string, cacheDir: string | undefined): Promise<void> {
  const { findings } = await build({
    dataDir,
    outDir,
    audience: 'public',
    ...(cacheDir === undefined ? {} : { cacheDir }),
  })
  const faults = findings.flatMap(({ rejections, quarantines }) => [...rejections, ...quarantines])
  if (faults.length > 0 || findings.length === 0)
    throw new Error(`the corpus is not what it should be: ${JSON.stringify(faults[0])}`)
}

const { values } = parseArgs({
  options: {
    name: { type: 'string' },
    data: { type: 'string' },
    out: { type: 'string' },
    paths: { type: 'string' },
    cache: { type: 'string' },
  },
})
const paths = JSON.parse(readFileSync(values.paths!, 'utf8')) as string[]
const start = performance.now()
if (values.name === 'pipeline') await pipeline(values.data!, values.out!, values.cache)
else if (values.name === 'duckdb') await duckdbAlone(paths)
else if (values.name === 'zod') await zodPerLine(paths)
else throw new TypeError(`--name: expected pipeline, duckdb or zod, found "${values.name}"`)
const seconds = (performance.now() - start) / 1000
console.log(JSON.stringify({ seconds, peak_mb: process.resourceUsage().maxRSS / 1024 }))
