import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { projectRoot } from './folder.ts'

/** The committed results of the simulations (`npm run simulate` writes them): how the estimators perform when the truth is known. */

/** A mean over repetitions with its Monte-Carlo standard error. */
const Estimate = z.strictObject({ mean: z.number(), standard_error: z.number() })
export type Estimate = z.infer<typeof Estimate>

export const ESTIMATORS = ['pooled_mean', 'pooled_median', 'median_of_medians', 'mixture_median', 'published'] as const
export type Estimator = (typeof ESTIMATORS)[number]
export const ATTACKS = ['flood_10', 'flood_1_6', 'collude_1_6', 'targeted'] as const
export type Attack = (typeof ATTACKS)[number]

/** Relative bias of each estimator: its mean over repetitions / the truth − 1. */
const BiasRow = z.strictObject({
  attack: z.enum(['none', ...ATTACKS]),
  lie_factor: z.number(),
  malicious_share: z.number(),
  estimators: z.strictObject({
    pooled_mean: Estimate,
    pooled_median: Estimate,
    median_of_medians: Estimate,
    mixture_median: Estimate,
    published: Estimate,
  }),
})
export type BiasRow = z.infer<typeof BiasRow>

/** Share of repetitions whose interval contains the true median. */
const CoverageRow = z.strictObject({
  population: z.enum(['equal_counts', 'unequal_counts', 'slow_hosts']),
  contributors: z.int(),
  /** Whether the pipeline publishes an interval from so many contributors. */
  published: z.boolean(),
  /** Share of repetitions with an interval. */
  given_share: z.number(),
  clustered: Estimate,
  /** Mean width of the clustered interval over the true median. */
  relative_width: z.number(),
  naive: Estimate,
})
export type CoverageRow = z.infer<typeof CoverageRow>

/** The estimators that small cells are tried with: the site's, what it was before, and what else there is. */
export const COMPARED = [
  'published',
  'hard_drop',
  'one_step',
  'mixture',
  'median_of_medians',
  'hodges_lehmann',
  'biweight',
  'huber',
] as const
export type Compared = (typeof COMPARED)[number]

/** What an estimator makes of small cells: share without a figure, bias and 95 % interval of the rest. Null where there is none. */
const ComparedFigures = z.strictObject({
  lost: z.number(),
  bias: Estimate.nullable(),
  coverage: Estimate.nullable(),
  /** Mean width of the interval over the truth. */
  width: z.number().nullable(),
})

const EstimatesRow = z.strictObject({
  hardware: z.enum(['lognormal', 't3', 'power_capped']),
  lie: z.enum(['none', 'tenfold', 'plausible', 'subtle']),
  contributors: z.int(),
  liars: z.int(),
  estimators: z.record(z.enum(COMPARED), ComparedFigures),
})
export type EstimatesRow = z.infer<typeof EstimatesRow>

/** Share of tests flagged where contributors lie about the later version or drift together: false alarms if the effect is 0, else power. */
const DisturbedRates = z.strictObject({
  effect: z.number(),
  liars_share: z.number(),
  lie_factor: z.number(),
  shared_drift_sd: z.number(),
  pairs: z.int(),
  signed_rank: Estimate,
  suspected: Estimate,
  confirmed: Estimate,
})
export type DisturbedRates = z.infer<typeof DisturbedRates>

/** Share of tests flagged: false alarms if the effect is 0, else power. */
const RegressionRates = z.strictObject({
  effect: z.number(),
  pairs: z.int(),
  suspected: Estimate,
  confirmed: Estimate,
  unpaired: Estimate,
})
export type RegressionRates = z.infer<typeof RegressionRates>

/** The parameters of the simulated contributors that the page names. Spreads are standard deviations of ln(v). */
const Parameters = z.looseObject({
  populations: z.record(
    z.string(),
    z.looseObject({ between_contributors_sd: z.number(), within_contributor_sd: z.number() }),
  ),
  bias: z.looseObject({ contributors: z.int(), flood_samples: z.int() }),
  coverage: z.looseObject({}),
  estimates: z.looseObject({}),
  disturbed: z.looseObject({}),
  regressions: z.looseObject({ drift_sd: z.number(), strata_per_step: z.int(), slowed: z.int() }),
})

export const SimulationResults = z.strictObject({
  written_by: z.string(),
  seed: z.int(),
  repetitions: z.strictObject({
    bias: z.int(),
    coverage: z.int(),
    estimates: z.int(),
    estimates_lies: z.int(),
    steps: z.int(),
    disturbed_steps: z.int(),
  }),
  parameters: Parameters,
  bias: z.array(BiasRow),
  coverage: z.array(CoverageRow),
  estimates: z.array(EstimatesRow),
  regressions: z.array(RegressionRates),
  disturbed: z.array(DisturbedRates),
})
export type SimulationResults = z.infer<typeof SimulationResults>

/** Reads site/data/simulation.json. Throws if it does not match the schema above. */
export function readSimulation(): SimulationResults {
  return SimulationResults.parse(JSON.parse(readFileSync(join(projectRoot(), 'site/data/simulation.json'), 'utf8')))
}
