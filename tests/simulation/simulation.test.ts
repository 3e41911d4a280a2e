import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type BiasRow,
  COMPARED,
  type EstimatesRow,
  type Estimator,
  SimulationResults,
} from '../../site/data/simulation.ts'
import { DISTURBED, FULL, SEED, SMALL } from './settings.ts'
import { parameters, simulate } from './simulate.ts'
import { LIES, studyBias } from './study_bias.ts'
import { studyCoverage } from './study_coverage.ts'
import { studyDisturbed } from './study_disturbed.ts'
import { studyEstimates } from './study_estimates.ts'

/** The committed results (what the site shows), parts of them made again in full, and all of them made again at a small size. */

const committed = SimulationResults.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../site/data/simulation.json'), 'utf8')),
)
const silent = () => {}

describe('the committed results', () => {
  test('are of this seed, this size and these parameters', () => {
    const { seed, repetitions, parameters: stated } = committed
    expect({ seed, repetitions, stated }).toEqual({ seed: SEED, repetitions: FULL, stated: parameters() })
  })

  // Those who flood send so much more that they are left to the small size, and to `npm run simulate`; so is the study of steps without
  // disturbance, which takes more than twice as many as that with it and counts them in the same way.
  test('are what the pipeline gives: bias without liars', async () => {
    const rows = await studyBias(FULL.bias, silent, { lies: LIES.slice(0, 1), malicious_shares: [0] })
    expect(rows).toHaveLength(1)
    for (const row of rows) expect(row).toEqual(biasRow(committed.bias, row.attack, row.malicious_share))
  })

  test('are what the pipeline gives: coverage from 8 contributors, some with slow hosts', async () => {
    const rows = await studyCoverage(FULL.coverage, silent, { populations: ['slow_hosts'], contributors: [8] })
    expect(rows).toEqual(committed.coverage.filter((row) => row.population === 'slow_hosts' && row.contributors === 8))
    expect(rows).toHaveLength(1)
  })

  test('are what the pipeline gives: five contributors, one of whom lies', async () => {
    const told = { lies: [{ hardware: 'lognormal' as const, lie: 'tenfold' as const }], contributors: [5] }
    const rows = await studyEstimates({ honest: 0, lies: FULL.estimates_lies }, silent, told)
    expect(rows).toEqual(
      committed.estimates.filter(
        (row) => row.hardware === 'lognormal' && row.lie === 'tenfold' && row.contributors === 5,
      ),
    )
    expect(rows).toHaveLength(1)
  })

  test('are what the pipeline gives: a fifth says that a version got slower, 6 pairs', async () => {
    const conditions = DISTURBED.conditions.slice(0, 1)
    const rows = await studyDisturbed(FULL.disturbed_steps, silent, { conditions, pairs: [6] })
    expect(rows).toEqual(committed.disturbed.slice(0, 1))
  })
})

describe.each(['committed', 'small'] as const)('the %s results', (which) => {
  let results: SimulationResults
  beforeAll(async () => {
    results = which === 'committed' ? committed : await simulate(SMALL, silent)
  })

  const bias = (attack: BiasRow['attack'], share: number, name: Estimator) => {
    const { mean, standard_error } = biasRow(results.bias, attack, share).estimators[name]
    return { least: mean - 4 * standard_error, mean, most: mean + 4 * standard_error }
  }

  test('have every condition', () => {
    const { bias, coverage, estimates, regressions, disturbed } = results
    expect([bias, coverage, estimates, regressions, disturbed].map(({ length }) => length)).toEqual([
      21, 15, 40, 20, 25,
    ])
  })

  test('have no bias of the published figure without liars, and next to none with 30 % who flood tenfold lies', () => {
    expect(Math.abs(bias('none', 0, 'published').mean)).toBeLessThan(0.02)
    expect(Math.abs(bias('flood_10', 0.3, 'published').mean)).toBeLessThan(0.02)
    expect(bias('flood_10', 0.3, 'pooled_mean').least).toBeGreaterThan(3)
    expect(bias('flood_10', 0.3, 'pooled_median').least).toBeGreaterThan(3)
    expect(bias('flood_10', 0.3, 'published').most).toBeLessThan(bias('flood_10', 0.3, 'mixture_median').mean)
  })

  test('have a published figure that no lie of 30 % moves by more than a fifth, and that half of the contributors can move', () => {
    for (const attack of ['flood_10', 'flood_1_6', 'collude_1_6', 'targeted'] as const)
      expect(Math.abs(bias(attack, 0.3, 'published').mean), attack).toBeLessThan(0.2)
    expect(bias('flood_10', 0.5, 'published').least).toBeGreaterThan(1)
  })

  test('have no estimator that half of the contributors cannot move', () => {
    for (const [name, { mean }] of Object.entries(biasRow(results.bias, 'targeted', 0.5).estimators))
      expect(mean, name).toBeGreaterThan(0.5)
  })

  test('have a targeted lie at least as bad as the agreed one', () => {
    for (const share of [0.1, 0.2, 0.3, 0.4, 0.5])
      expect(bias('targeted', share, 'published').mean).toBeGreaterThanOrEqual(
        bias('collude_1_6', share, 'published').mean,
      )
  })

  test('have intervals that hold the true median, and binomial ones that do not', () => {
    for (const { population, contributors, published, clustered, naive } of results.coverage) {
      const name = `${population} ${contributors}`
      expect(published, name).toBe(contributors >= 8)
      expect(clustered.mean + 3 * clustered.standard_error, name).toBeGreaterThanOrEqual(0.94)
      expect(naive.mean - 3 * naive.standard_error, name).toBeLessThan(0.5)
    }
  })

  test('have intervals that get narrower with more contributors', () => {
    for (const rows of Map.groupBy(results.coverage, ({ population }) => population).values()) {
      const widths = rows.map((row) => row.relative_width)
      expect(widths).toEqual(widths.toSorted((a, b) => b - a))
    }
  })

  test('have few false alarms of the paired test, and many of the unpaired one', () => {
    for (const { pairs, suspected, confirmed, unpaired } of results.regressions.filter(({ effect }) => effect === 0)) {
      expect(suspected.mean, `${pairs} pairs`).toBeLessThanOrEqual(0.02 + 3 * suspected.standard_error)
      expect(confirmed.mean).toBeLessThanOrEqual(suspected.mean)
      expect(unpaired.mean, `${pairs} pairs`).toBeGreaterThan(0.1)
    }
  })

  test('have a paired test that finds a loss of a tenth', () => {
    for (const { pairs, suspected } of results.regressions.filter(({ effect, pairs }) => effect === -0.1 && pairs >= 8))
      expect(suspected.mean + 3 * suspected.standard_error, `${pairs} pairs`).toBeGreaterThan(0.75)
  })

  const small = (lie: EstimatesRow['lie'], from: number) =>
    results.estimates.filter((row) => row.lie === lie && row.contributors >= from)
  const nameOf = ({ hardware, lie, contributors }: EstimatesRow) => `${hardware}, ${lie}, ${contributors}`

  test('have a published figure for every cell, honest or not, where outliers that are dropped take it along', () => {
    for (const row of results.estimates) expect(row.estimators.published.lost, nameOf(row)).toBe(0)
    for (const row of small('tenfold', 5).filter(({ contributors }) => contributors === 5))
      expect(row.estimators.hard_drop.lost, nameOf(row)).toBeGreaterThan(0.7)
  })

  test('have intervals that hold the true median in 93 % of honest cells of 8 or more, of whatever hardware', () => {
    // Of the small size a share of 93 % may be lower by three of its standard errors.
    const slack = which === 'committed' ? 0 : 3 * Math.sqrt((0.93 * 0.07) / SMALL.estimates)
    for (const row of small('none', 8))
      expect(row.estimators.published.coverage!.mean, nameOf(row)).toBeGreaterThanOrEqual(0.93 - slack)
  })

  test('have a published figure that about 30 % of tenfold lies move by 3 % at most, on whatever hardware', () => {
    for (const row of small('tenfold', 8)) {
      const { mean, standard_error } = row.estimators.published.bias!
      expect(Math.abs(mean), nameOf(row)).toBeLessThanOrEqual(0.03 + (which === 'committed' ? 0 : 3 * standard_error))
    }
  })

  test('have no estimator that 30 % who agree on a small lie cannot move', () => {
    for (const row of small('subtle', 8))
      for (const name of COMPARED) {
        const { mean, standard_error } = row.estimators[name].bias!
        expect(mean + 3 * standard_error, `${nameOf(row)}: ${name}`).toBeGreaterThan(0.05)
      }
  })

  test('have regressions that liars neither make nor hide', () => {
    for (const { effect, liars_share, pairs, signed_rank, confirmed } of results.disturbed) {
      const [name, slack] = [`${effect} ${liars_share} ${pairs}`, 3 * confirmed.standard_error]
      if (effect === 0 && liars_share > 0) expect(confirmed.mean, name).toBeLessThanOrEqual(0.06 + slack)
      if (effect < 0 && liars_share === 0.2 && pairs >= 12)
        expect(confirmed.mean + slack, name).toBeGreaterThan(Math.max(0.5, signed_rank.mean))
    }
  })
})

function biasRow(rows: BiasRow[], attack: BiasRow['attack'], share: number): BiasRow {
  return rows.find((row) => row.attack === attack && row.malicious_share === share)!
}
