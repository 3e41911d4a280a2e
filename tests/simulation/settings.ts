import type { PopulationName } from './population.ts'

/** What the committed figures are made with; `npm run simulate` writes these into its output. */
export const SEED = 20261124

export const BIAS = {
  population: 'slow_hosts' as PopulationName,
  contributors: 20,
  malicious_shares: [0, 0.1, 0.2, 0.3, 0.4, 0.5],
  /** Samples that each flooder sends. */
  flood_samples: 1000,
  /** Spread of the samples of those who agreed on one speed (standard deviation of ln v). */
  agreed_sd: 0.02,
  /** The lies among which the attacker who knows the rule takes the one that moves the figure most. */
  lie_factors: [1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.5, 3],
}

export const COVERAGE = {
  populations: ['equal_counts', 'unequal_counts', 'slow_hosts'] as PopulationName[],
  contributors: [5, 8, 12, 20, 40],
}

export const REGRESSIONS = {
  population: 'slow_hosts' as PopulationName,
  effects: [0, -0.03, -0.05, -0.1, -0.2],
  pairs: [6, 8, 12, 20],
  /** Contributors of one of the two versions only, on each side, as a share of the pairs. */
  unpaired_share: 0.5,
  /** What else changes for a contributor between two versions: drivers, load, settings (standard deviation of ln v). */
  drift_sd: 0.05,
  /** Model-and-GPU combinations that one version step is tested on; the first `slowed` of them lose speed. */
  strata_per_step: 10,
  slowed: 5,
}

/** Repetitions: of every condition, and version steps. */
export interface Size {
  bias: number
  coverage: number
  steps: number
}
export const FULL: Size = { bias: 400, coverage: 1000, steps: 100 }
export const SMALL: Size = { bias: 16, coverage: 15, steps: 2 }

/** Numbers of the studies in the keys of their streams. */
export const STUDY = { bias: 1, coverage: 2, regressions: 3 } as const
