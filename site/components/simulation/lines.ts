import type { Line, LineChartOptions } from '../../charts/line_chart.ts'
import {
  type Attack,
  type BiasRow,
  type CoverageRow,
  ESTIMATORS,
  type Estimator,
  type RegressionRates,
} from '../../data/simulation.ts'
import { ESTIMATOR_LABELS } from './format_results.ts'

export type Flag = 'suspected' | 'confirmed' | 'unpaired'

const SYMBOLS: Record<Estimator, Line['symbol']> = {
  published: 'circle',
  mixture_median: 'diamond2',
  median_of_medians: 'triangle2',
  pooled_median: 'square2',
  pooled_mean: 'times',
}

/** A line per estimator: bias in % over the share of malicious contributors, from 0. */
export function biasLines(rows: BiasRow[], attack: Attack): Line[] {
  const shown = rowsOf(rows, attack)
  return ESTIMATORS.map((name) => ({
    name: ESTIMATOR_LABELS[name].short,
    symbol: SYMBOLS[name],
    strong: name === 'published',
    points: shown.map((row) => ({
      x: String(Math.round(100 * row.malicious_share)),
      y: 100 * row.estimators[name].mean,
    })),
  }))
}

/** A vertical axis from 0, in four equal steps, that includes every bias of an attack. */
export function biasDomain(rows: BiasRow[], attack: Attack): Pick<LineChartOptions, 'yDomain' | 'yTicks'> {
  const values = rowsOf(rows, attack).flatMap(({ estimators }) =>
    Object.values(estimators).map(({ mean }) => 100 * mean),
  )
  const most = Math.max(...values)
  const magnitude = 10 ** Math.floor(Math.log10(most / 4))
  const step = [1, 2, 2.5, 5, 10].map((lead) => lead * magnitude).find((candidate) => 4 * candidate >= most)!
  return { yDomain: [Math.min(0, ...values), 4 * step], yTicks: [0, 1, 2, 3, 4].map((i) => i * step) }
}

function rowsOf(rows: BiasRow[], attack: Attack): BiasRow[] {
  return rows.filter((row) => row.attack === attack || row.attack === 'none')
}

/** Coverage in % over the number of contributors: this site's interval and the binomial one. */
export function coverageLines(rows: CoverageRow[], population: CoverageRow['population']): Line[] {
  const shown = rows.filter((row) => row.population === population)
  const line = (name: string, symbol: Line['symbol'], strong: boolean, of: (row: CoverageRow) => number): Line => {
    const points = shown.map((row) => ({ x: String(row.contributors), y: 100 * of(row) }))
    return { name, symbol, strong, points }
  }
  return [
    line('this site', 'circle', true, (row) => row.clustered.mean),
    line('binomial', 'square2', false, (row) => row.naive.mean),
  ]
}

/** A line per number of pairs: flagged in % over the true change of speed in %. */
export function regressionLines(rows: RegressionRates[], flag: Flag): Line[] {
  const symbols: Line['symbol'][] = ['triangle2', 'diamond2', 'square2', 'circle']
  return [...Map.groupBy(rows, ({ pairs }) => pairs)].map(([pairs, list], i) => ({
    name: `${pairs} pairs`,
    symbol: symbols[i % symbols.length]!,
    strong: flag !== 'unpaired',
    points: list.map((row) => ({
      x: row.effect === 0 ? '0' : `−${Math.round(-100 * row.effect)}`,
      y: 100 * row[flag].mean,
    })),
  }))
}
