import {
  type BiasRow,
  COMPARED,
  type DisturbedRates,
  type EstimatesRow,
  type Estimator,
  type SimulationResults,
} from '../../data/simulation.ts'
import { formatBias, formatRates } from './format_results.ts'

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
  small: SmallCells
  disturbed: Disturbed
}

/** Small cells: what honest ones lose at 5 contributors, and from 8 on the interval's coverage and the bias under lies of about 30 %. */
interface SmallCells {
  lost: { published: string; hard_drop: string }
  lostToOneLiar: string
  coverage: string
  /** The largest bias of tenfold lies, on whatever hardware. */
  tenfold: string
  subtle: string
  /** The least of all estimators, at each number of contributors. */
  subtleBest: string
}

/** Regressions where some lie, or all drift. */
interface Disturbed {
  alarmsAlone: string
  alarms: string
  power: string
  drift: string
}

export function summarise({ bias, coverage, estimates, regressions, disturbed }: SimulationResults): Summary {
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
    small: summariseSmallCells(estimates),
    disturbed: summariseDisturbed(disturbed),
  }
}

function summariseSmallCells(rows: EstimatesRow[]): SmallCells {
  const of = (lie: EstimatesRow['lie'], isSmallest: boolean) =>
    rows.filter((row) => row.lie === lie && (row.contributors === 5) === isSmallest)
  const lost = (lie: EstimatesRow['lie'], name: 'published' | 'hard_drop') =>
    formatRates(of(lie, true).map(({ estimators }) => estimators[name].lost))
  const biases = ({ estimators }: EstimatesRow) =>
    COMPARED.map((name) => estimators[name].bias?.mean ?? Number.POSITIVE_INFINITY)
  const subtle = of('subtle', false)
  return {
    lost: { published: lost('none', 'published'), hard_drop: lost('none', 'hard_drop') },
    lostToOneLiar: lost('tenfold', 'hard_drop'),
    coverage: formatRates(of('none', false).map(({ estimators }) => estimators.published.coverage!.mean)),
    tenfold: formatRates([
      Math.max(...of('tenfold', false).map(({ estimators }) => Math.abs(estimators.published.bias!.mean))),
    ]),
    subtle: formatSpan(subtle.map(({ estimators }) => estimators.published.bias!.mean)),
    subtleBest: formatSpan(subtle.map((row) => Math.min(...biases(row)))),
  }
}

function summariseDisturbed(rows: DisturbedRates[]): Disturbed {
  const lied = rows.filter((row) => row.effect === 0 && row.liars_share > 0)
  const hidden = rows.filter((row) => row.effect < 0 && row.liars_share === 0.2 && row.pairs >= 8)
  return {
    alarmsAlone: formatRates([Math.max(...lied.map((row) => row.signed_rank.mean))]),
    alarms: formatRates(lied.map((row) => row.confirmed.mean)),
    power: formatRates(hidden.map((row) => row.confirmed.mean)),
    drift: formatRates(rows.filter((row) => row.shared_drift_sd > 0).map((row) => row.confirmed.mean)),
  }
}

/** `+9.0 % to +12 %`. */
function formatSpan(biases: number[]): string {
  return [Math.min(...biases), Math.max(...biases)].map(formatBias).join(' to ')
}

function biasAt(rows: BiasRow[], attack: BiasRow['attack']): Record<Estimator, number> {
  const found = rows.find((row) => row.attack === attack && row.malicious_share === 0.3)
  if (!found)
    throw new Error(`site/data/simulation.json: expected a row of ${attack} at 0.3, found none. Fix: npm run simulate.`)
  const entries = Object.entries(found.estimators).map(([name, { mean }]) => [name, mean])
  return Object.fromEntries(entries) as Record<Estimator, number>
}
