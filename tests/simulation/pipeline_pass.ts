import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { type CellRow, Policy, type RegressionRow } from '../../contracts/index.ts'
import { fillIn, readSql } from '../../pipeline/lib/run_sql.ts'
import { BinCounter, QUANTITIES } from '../../pipeline/scan/bin_counter.ts'
import type { Stratum } from '../../pipeline/strata/stratum.ts'
import { aggregate } from '../support/aggregate.ts'

/**
 * Simulated contributors through the pipeline's own aggregation, thresholds of the committed policy included. A pass takes many cells at once:
 * each repetition is a model of its own.
 */

export interface Sender {
  model: string
  engine: string
  version: string
  contributor: string
  speeds: Float64Array
}

export interface Figures {
  /** Published cells by model; of models with several cells, the last. */
  cells: Map<string, CellRow>
  regressions: RegressionRow[]
}

const DECODE_TPS = QUANTITIES.indexOf('decode_tps')

const counter = new BinCounter()

/** The stratum of one contributor. */
export function stratumOf({ model, engine, version, contributor, speeds }: Sender): Stratum {
  for (const speed of speeds) counter.count(DECODE_TPS, speed)
  return {
    contributor,
    host: '',
    model_id: model,
    model_slug: model,
    quantization: 'fp16',
    gpu_id: 'simulated',
    gpu_count: 1,
    engine,
    engine_version: version,
    measurement_type: 'batched_online',
    concurrency_bucket: 'unknown',
    engine_backend: 'unknown',
    prompt_bucket: 'le512',
    month: '2026-01',
    exit: 'ok',
    first_token_counts: true,
    tokens_count: true,
    lines: speeds.length,
    pairs: counter.take(),
  }
}

/**
 * The published figures. `intervalsFrom` lowers the number of contributors from which a median has an interval below the pipeline's, to show
 * what the interval would be worth there.
 */
export async function pass(strata: Stratum[], { intervalsFrom }: { intervalsFrom?: number } = {}): Promise<Figures> {
  const thresholds = readPolicy()
  const database = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '1GB' })
  const connection = await database.connect()
  try {
    const { cells, regressions } = await aggregate(connection, strata, thresholds)
    const rows = intervalsFrom === undefined ? cells : await lowerBar(connection, thresholds, intervalsFrom)
    return { cells: new Map(rows.map((row) => [row.model_id, row])), regressions }
  } finally {
    connection.closeSync()
    database.closeSync()
  }
}

function readPolicy(): Policy {
  return Policy.parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../data/policy.json'), 'utf8')))
}

/** The bar of the statement `estimates` for an interval. */
const BAR = 'count(*) >= 8 AND'

/** The cells again, with intervals from fewer contributors on. */
async function lowerBar(connection: DuckDBConnection, policy: Policy, contributors: number): Promise<CellRow[]> {
  const estimates = readSql('estimates')
  if (estimates.split(BAR).length !== 2)
    throw new Error(
      `pipeline/sql/estimates.sql: expected "${BAR}" once, found it elsewise. Fix: adapt BAR in pipeline_pass.ts.`,
    )
  const lowered = estimates.replace(BAR, `count(*) >= ${contributors} AND`)
  await connection.run(fillIn(lowered, { ...policy }))
  await connection.run(fillIn(readSql('figures'), { ...policy, rate_digits: 2 }))
  return (await connection.runAndReadAll(readSql('cells'))).getRowObjectsJS() as unknown as CellRow[]
}
