import { type ChartPlan, LOGS, MARKS } from './chart_plan.ts'
import { decodeQuery, encodeQuery } from './permalink.ts'

/** What the address of the explore page carries. */
export interface ExploreState {
  /** Null where the address carries no query. */
  sql: string | null
  /** How to draw the result; null for the table. */
  chart: ChartPlan | null
}

/** Reads a fragment, with or without `#`. A chart that is not complete is none. */
export function readAddress(fragment: string): ExploreState {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''))
  const get = (name: string) => parameters.get(name) ?? ''
  const mark = MARKS.find((known) => known === get('mark'))
  const log = LOGS.find((known) => known === get('log')) ?? ''
  const chart = mark && get('x') && get('y') ? { mark, x: get('x'), y: get('y'), colour: get('colour'), log } : null
  return { sql: decodeQuery(fragment), chart }
}

/** The fragment of a state, without `#`. */
export function writeAddress({ sql, chart }: ExploreState): string {
  const shown = chart && Object.entries(chart).filter(([, value]) => value !== '')
  return [encodeQuery(sql ?? ''), ...(shown ? [String(new URLSearchParams(shown))] : [])].join('&')
}
