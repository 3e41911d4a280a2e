import { type ChartPlan, LOGS, MARKS } from './chart_plan.ts'
import { decodeQuery, encodeQuery } from './permalink.ts'
import type { SortOrder } from './sort_result.ts'

/** The state in the address of the explore page. */
export interface ExploreState {
  /** Null if the address has no query. */
  sql: string | null
  /** How to draw the result; null for the table. */
  chart: ChartPlan | null
  /** How the table is sorted; null for the order of the query. */
  sort: SortOrder | null
}

/** Reads a fragment, with or without `#`. An incomplete chart is ignored. */
export function readAddress(fragment: string): ExploreState {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''))
  const get = (name: string) => parameters.get(name) ?? ''
  const mark = MARKS.find((known) => known === get('mark'))
  const log = LOGS.find((known) => known === get('log')) ?? ''
  const chart = mark && get('x') && get('y') ? { mark, x: get('x'), y: get('y'), colour: get('colour'), log } : null
  return { sql: decodeQuery(fragment), chart, sort: readSort(get('sort')) }
}

/** Parses `name.asc` or `name.desc`; the name may contain dots. */
function readSort(text: string): SortOrder | null {
  const parts = /^(.+)\.(asc|desc)$/s.exec(text)
  return parts && { name: parts[1]!, descending: parts[2] === 'desc' }
}

/** The fragment of a state, without `#`. */
export function writeAddress({ sql, chart, sort }: ExploreState): string {
  const shown = Object.entries(chart ?? {}).filter(([, value]) => value !== '')
  if (sort) shown.push(['sort', `${sort.name}.${sort.descending ? 'desc' : 'asc'}`])
  return [encodeQuery(sql ?? ''), ...(shown.length > 0 ? [String(new URLSearchParams(shown))] : [])].join('&')
}
