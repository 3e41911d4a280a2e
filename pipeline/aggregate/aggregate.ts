import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import type { BinRow, CellRow, MatrixRow, RegressionRow, Thresholds } from '../../contracts/index.ts'
import type { AcceptedGroup } from '../check/check.ts'
import { readSql } from '../sql_text.ts'

export interface Aggregates {
  matrix: MatrixRow[]
  cells: CellRow[]
  /** Bins by model slug. */
  bins: Map<string, BinRow[]>
  regressions: RegressionRow[]
  collecting: { cells: number; samples: number }
}

/**
 * Aggregates accepted groups, whose histograms are in `measured_groups`, into the published rows.
 *
 * @param publishedMonth month of publication by source id, for curated rows without a day
 */
export async function aggregate(
  connection: DuckDBConnection,
  groups: AcceptedGroup[],
  publishedMonth: Map<string, string>,
  policy: Thresholds,
): Promise<Aggregates> {
  await connection.run(readSql('macros'))
  await appendStrata(connection, groups, publishedMonth)
  await connection.run(readSql('partition'), { k: policy.k, min_samples: policy.min_samples })
  await connection.run(readSql('weights'), { k: policy.k })
  await connection.run(readSql('estimates'))
  await connection.run(readSql('figures'))
  const bins = await rows<BinRow & { model_slug: string }>(connection, 'bins', {
    bin_contributors: policy.bin_contributors,
    bin_samples: policy.bin_samples,
  })
  return {
    matrix: await rows(connection, 'matrix'),
    cells: await rows(connection, 'cells'),
    bins: groupBins(bins),
    regressions: await rows(connection, 'regressions'),
    collecting: await countCollecting(connection),
  }
}

async function rows<T>(connection: DuckDBConnection, statement: string, values?: Record<string, number>): Promise<T[]> {
  const reader = await connection.runAndReadAll(readSql(statement), values)
  return reader.getRowObjectsJS() as unknown as T[]
}

function groupBins(bins: (BinRow & { model_slug: string })[]): Map<string, BinRow[]> {
  const byModel = new Map<string, BinRow[]>()
  for (const { model_slug, ...bin } of bins) {
    const list = byModel.get(model_slug) ?? []
    list.push(bin)
    byModel.set(model_slug, list)
  }
  return byModel
}

async function countCollecting(connection: DuckDBConnection): Promise<Aggregates['collecting']> {
  const reader = await connection.runAndReadAll(
    'SELECT count(DISTINCT cell_id)::INTEGER AS cells, coalesce(two_digits(sum(lines)::BIGINT), 0)::INTEGER AS samples FROM placed WHERE NOT fits',
  )
  return reader.getRowObjectsJS()[0] as unknown as Aggregates['collecting']
}

const STRATA = `CREATE OR REPLACE TABLE strata (
  group_id INTEGER, lines BIGINT, kind VARCHAR, source VARCHAR, contributor VARCHAR, model_id VARCHAR, model_slug VARCHAR, quantization VARCHAR,
  gpu_id VARCHAR, gpu_count INTEGER, engine VARCHAR, engine_version VARCHAR, measurement_type VARCHAR, prompt_bucket VARCHAR, month VARCHAR,
  exit VARCHAR, cold_start BOOLEAN)`

async function appendStrata(
  connection: DuckDBConnection,
  groups: AcceptedGroup[],
  publishedMonth: Map<string, string>,
): Promise<void> {
  await connection.run(STRATA)
  const appender = await connection.createAppender('strata')
  for (const group of groups) appendStratum(appender, group, publishedMonth)
  appender.closeSync()
}

function appendStratum(appender: DuckDBAppender, group: AcceptedGroup, publishedMonth: Map<string, string>): void {
  const { file, known, representative } = group
  const curated = file.kind === 'curated'
  appender.appendInteger(group.id)
  appender.appendBigInt(BigInt(group.lines))
  appender.appendVarchar(file.kind)
  appender.appendVarchar(curated ? file.owner : 'community')
  appender.appendVarchar(file.owner)
  appender.appendVarchar(known.model.id)
  appender.appendVarchar(known.model.slug)
  appender.appendVarchar(known.quantization)
  appender.appendVarchar(known.gpu.id)
  appender.appendInteger(representative.gpu_count ?? 1)
  appender.appendVarchar(known.engine)
  appender.appendVarchar(representative.engine_version)
  // A sample that does not state its type ran under unknown load: never counted as single-user speed.
  appender.appendVarchar(representative.measurement_type ?? 'batched_online')
  appender.appendVarchar(group.promptBucket)
  appender.appendVarchar(file.month ?? group.lastDay?.slice(0, 7) ?? publishedMonth.get(file.owner) ?? 'unknown')
  appender.appendVarchar(representative.exit)
  appender.appendBoolean('cold_start' in representative && representative.cold_start === true)
  appender.endRow()
}
