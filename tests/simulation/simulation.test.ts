import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type BiasRow, type Estimator, SimulationResults } from '../../site/data/simulation.ts'
import { FULL, SEED, SMALL } from './settings.ts'
import { parameters, simulate } from './simulate.ts'
import { LIES, studyBias } from './study_bias.ts'
import { studyCoverage } from './study_coverage.ts'
import { studyRegressions } from './study_regressions.ts'

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

  // Those who flood send so much more that they are left to the small size, and to `npm run simulate`.
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

  test('are what the pipeline gives: a tenth lost, 6 pairs', async () => {
    const rows = await studyRegressions(FULL.steps, silent, { effects: [-0.1], pairs: [6] })
    expect(rows).toEqual(committed.regressions.filter(({ effect, pairs }) => effect === -0.1 && pairs === 6))
    expect(rows).toHaveLength(1)
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
    expect([results.bias.length, results.coverage.length, results.regressions.length]).toEqual([21, 15, 20])
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
})

function biasRow(rows: BiasRow[], attack: BiasRow['attack'], share: number): BiasRow {
  return rows.find((row) => row.attack === attack && row.malicious_share === share)!
}
