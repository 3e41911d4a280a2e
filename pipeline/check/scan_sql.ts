import { BUCKETS_PER_OCTAVE } from '../../contracts/index.ts'
import { sqlString } from '../sql_text.ts'
import type { Layout } from './layout.ts'
import type { LineForm, Member } from './line_form.ts'
import { checkNumber, quoteRegex } from './scan_number.ts'
import { tailSlots } from './scan_tail.ts'

/**
 * The one statement that reads lines: it takes each line apart at its commas, checks it strictly, and counts it in a group.
 *
 * A line is well formed if every required key stands at its place in the layout with a value of its form, and no more members follow
 * than there are optional keys. What the dictionary members say is not checked here: their text is part of the group, and zod judges
 * one line for each distinct group. No string of a contract may hold a comma, so a comma inside a string breaks the line's form.
 */
export interface ScanStatement {
  /** `$1` is the list of paths. A row per group; NULL in the group's columns stands for the lines that are not well formed. */
  sql: string
  /** The group's text columns in the order of the line: one for each dictionary member, then the tail. */
  textColumns: string[]
}

/** The measured values of a group: columns of type MAP(bucket → lines). */
export const HISTOGRAMS = ['decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps', 'vram_used_mb', 'power_w'] as const

export function scanStatement(form: LineForm, layout: Layout): ScanStatement {
  const places = layout.members.map((place, i) => ({ ...place, at: i + 1, member: memberOf(form, place.key) }))
  const tail = tailSlots(form, layout, places.length)
  const dictionary = places.filter(({ member }) => member.role === 'dictionary')
  const texts = [...dictionary.map(({ key, at }) => ({ name: `k_${key}`, sql: `p[${at}]` })), ...tail.columns]
  const checks = [...places.flatMap(checkPlace), ...tail.checks, ...crossChecks(form)]
  const sql = `
WITH lines AS (
  SELECT file_index, line, string_split(line, ',') AS p
  FROM read_csv($1, columns = {'line': 'VARCHAR'}, delim = '\\x01', quote = '', escape = '', header = false,
                auto_detect = false, new_line = '\\n', strict_mode = false, max_line_size = 65536)
), members AS (
  SELECT file_index, line IS NOT NULL AS present, coalesce(strlen(line), 0) + 1 AS bytes, p,
    ${[...places.flatMap(readPlace), ...tail.values].join(',\n    ')},
    ${texts.map(({ name, sql }) => `${sql} AS ${name}`).join(',\n    ')}
  FROM lines
), measured AS (
  SELECT *, coalesce(
    ${checks.join('\n    AND ')}, false) AS well_formed,
    ${metricColumns(form)}
  FROM members
)
SELECT file_index, well_formed, count(*) FILTER (present) AS n, sum(bytes)::BIGINT AS bytes,
  CASE WHEN well_formed THEN prompt_bucket END AS prompt_bucket,
  ${texts.map(({ name }) => `CASE WHEN well_formed THEN ${name} END AS ${name}`).join(',\n  ')},
  min(text_ts) AS first_ts, max(text_ts) AS last_ts,
  max(vram_used_mb) AS vram_used_mb_max, max(decode_tps) AS decode_tps_max,
  ${HISTOGRAMS.map(histogram).join(',\n  ')}
FROM measured
GROUP BY ALL`
  return { sql, textColumns: texts.map(({ name }) => name) }
}

/** The logarithm stands in a CASE because a FILTER does not keep DuckDB from taking that of 0. */
function histogram(name: string): string {
  const index = `CASE WHEN ${name} > 0 THEN ceil(log2(${name}) * ${BUCKETS_PER_OCTAVE})::INTEGER END`
  return `histogram(${index}) FILTER (well_formed AND ${name} > 0) AS ${name}`
}

type Place = Layout['members'][number] & { at: number; member: Member }

function memberOf(form: LineForm, key: string): Member {
  return [...form.required, ...form.optional].find((member) => member.key === key)!
}

/** The value of a measurement, NULL where it is null or not a number. */
function readPlace({ key, prefix, at, member }: Place): string[] {
  if (key === 'ts') return [`substr(p[${at}], ${prefix.length + 1}, 12) AS text_ts`]
  if (member.role === 'whole') return [`TRY_CAST(substr(p[${at}], ${prefix.length + 1}) AS BIGINT) AS ${key}`]
  if (member.role === 'real') return [`TRY_CAST(substr(p[${at}], ${prefix.length + 1}) AS DOUBLE) AS ${key}`]
  return []
}

function checkPlace({ prefix, at, member }: Place): string[] {
  const text = `p[${at}]`
  const orNull = 'nullable' in member && member.nullable ? ` OR ${text} = ${sqlString(`${prefix}null`)}` : ''
  switch (member.role) {
    case 'dictionary':
      // Its text is judged as part of the group.
      return []
    case 'identifier':
      return [`(regexp_full_match(${text}, ${sqlString(`${quoteRegex(prefix)}"(?:${member.pattern})"`)})${orNull})`]
    default:
      return [`(${checkNumber(member, text, prefix)}${orNull})`]
  }
}

/** The rules between measurements (contracts: EVENT_RULES, CURATED_RULES). Rules among dictionary members are left to zod. */
function crossChecks(form: LineForm): string[] {
  const failed = `NOT contains(k_exit, '"ok"')`
  if (form.contract === 'curated_run') {
    return [`(${failed} OR first_token_ms IS NOT NULL OR decode_time_ms IS NOT NULL OR total_time_ms IS NOT NULL)`]
  }
  return [
    `(${failed} OR (first_token_ms IS NOT NULL AND decode_time_ms IS NOT NULL))`,
    '(tokens_in_cached IS NULL OR tokens_in_cached <= tokens_in)',
  ]
}

/** The formulae that contracts/metrics.ts has in words. What holds for a whole group (exit, cold start, type) is applied to groups later. */
function metricColumns(form: LineForm): string {
  const curated = form.contract === 'curated_run'
  const uncached = curated ? 'tokens_in' : 'tokens_in - coalesce(tokens_in_cached, 0)'
  const total = curated ? 'coalesce(total_time_ms, first_token_ms + decode_time_ms)' : 'first_token_ms + decode_time_ms'
  return `CASE WHEN tokens_out >= 32 AND decode_time_ms >= 250 THEN (tokens_out - 1) * 1000 / decode_time_ms END AS decode_tps,
    CASE WHEN tokens_out >= 1 THEN first_token_ms END AS ttft_ms,
    CASE WHEN tokens_out >= 1 AND first_token_ms > 0 THEN (${uncached}) * 1000 / first_token_ms END AS prefill_tps,
    CASE WHEN ${total} > 0 THEN tokens_out * 1000 / (${total}) END AS e2e_tps,
    vram_used_mb_peak AS vram_used_mb, ${curated ? 'power_w' : 'NULL::DOUBLE AS power_w'},
    CASE WHEN tokens_in IS NULL THEN 'unknown' WHEN tokens_in <= 128 THEN 'le128' WHEN tokens_in <= 512 THEN 'le512'
         WHEN tokens_in <= 2048 THEN 'le2k' WHEN tokens_in <= 8192 THEN 'le8k' WHEN tokens_in <= 32768 THEN 'le32k'
         ELSE 'gt32k' END AS prompt_bucket`
}
