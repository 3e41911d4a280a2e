import type { BiasRow, Estimator, SimulationResults } from '../../data/simulation.ts'
import { formatRates } from './format_results.ts'

/** The results that the text of the page quotes. */
export interface Summary {
  /** Bias with 30 % of the contributors flooding tenfold speeds, and with 30 % colluding on the worst speed. */
  flood: Record<Estimator, number>
  targeted: Record<Estimator, number>
  /** Coverage of published intervals. */
  clustered: string
  naive: string
  /** Share of tests flagged as suspected: without a change, and with a loss of 10 %. */
  falseAlarms: string
  power: string
  unpairedAlarms: string
}

export function summarise({ bias, coverage, regressions }: SimulationResults): Summary {
  const published = coverage.filter((row) => row.published)
  const at = (effect: number) => regressions.filter((row) => row.effect === effect)
  return {
    flood: biasAt(bias, 'flood_10'),
    targeted: biasAt(bias, 'targeted'),
    clustered: formatRates(published.map((row) => row.clustered.mean)),
    naive: formatRates(published.map((row) => row.naive.mean)),
    falseAlarms: formatRates(at(0).map((row) => row.suspected.mean)),
    power: formatRates(at(-0.1).map((row) => row.suspected.mean)),
    unpairedAlarms: formatRates(at(0).map((row) => row.unpaired.mean)),
  }
}

function biasAt(rows: BiasRow[], attack: BiasRow['attack']): Record<Estimator, number> {
  const found = rows.find((row) => row.attack === attack && row.malicious_share === 0.3)
  if (!found)
    throw new Error(`site/data/simulation.json: expected a row of ${attack} at 0.3, found none. Fix: npm run simulate.`)
  const entries = Object.entries(found.estimators).map(([name, { mean }]) => [name, mean])
  return Object.fromEntries(entries) as Record<Estimator, number>
}
