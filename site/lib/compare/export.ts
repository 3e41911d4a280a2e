import { toCsv } from '../csv.ts'
import { groupMatches, type Match, stratumOf } from './match.ts'
import { SIDE_COLUMNS, type Side } from './types.ts'

const KEYS = [
  'kind',
  'source',
  'model',
  'quantization',
  'gpu',
  'gpuCount',
  'engine',
  'version',
  'backend',
  'type',
  'load',
  'bucket',
] as const

/** Every comparison as a row: what is equal, the metric, then median and n of each subject. */
export function compareCsv(ids: string[], side: Side, matches: Match[]): string {
  const keys = KEYS.filter((key) => key !== SIDE_COLUMNS[side] && !(side === 'engines' && key === 'version'))
  const head = [...keys, 'metric', ...ids.flatMap((id) => [`${id} p50`, `${id} n`])]
  const rows = groupMatches(matches).flatMap(({ metric, matches: own }) =>
    own.map((match) => {
      const stratum = stratumOf(match)
      const figures = match.flatMap((cell) => [cell?.figures[metric]?.p50, cell?.figures[metric]?.n])
      return [...keys.map((key) => stratum[key]), metric, ...figures]
    }),
  )
  return toCsv(head, rows)
}

const SQL_KEYS = [
  ...['kind', 'source', 'model_id', 'quantization', 'gpu_id', 'gpu_count', 'engine', 'engine_version'],
  ...['engine_backend', 'measurement_type', 'concurrency_bucket', 'prompt_bucket'],
]
const SQL_COLUMNS: Record<Side, string> = { gpus: 'gpu_id', engines: 'engine', models: 'model_id' }
const METRICS = ['decode_tps', 'e2e_tps', 'ttft_ms']

/** The query that gives the comparisons from the published cells. `ids` are those of the tables: a model's is not its slug. */
export function compareSql(ids: string[], side: Side): string {
  const column = SQL_COLUMNS[side]
  const keys = SQL_KEYS.filter((key) => key !== column && !(side === 'engines' && key === 'engine_version'))
  const values = METRICS.flatMap((metric) =>
    ids.map((id) => `  max(${metric}_p50) FILTER (${column} = ${quote(id)}) AS ${name(`${metric} ${id}`)}`),
  )
  return `-- Like for like with ${ids[0]!.replace(/\s/g, ' ')}: nothing differs but the ${column}. Of each configuration the newest month counts.
WITH newest AS (
  SELECT *, row_number() OVER (
    PARTITION BY ${[...keys, column].join(', ')} ORDER BY month DESC) AS place
  FROM cells WHERE ${column} IN (${ids.map(quote).join(', ')}) AND engine <> 'any' AND concurrency_bucket <> 'any'
)
SELECT ${keys.join(', ')},
${values.join(',\n')}
FROM newest WHERE place = 1
GROUP BY ALL HAVING count(*) > 1 AND bool_or(${column} = ${quote(ids[0]!)})
ORDER BY ALL`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function name(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
