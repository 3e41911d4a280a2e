import type { EstimatesRow } from '../../site/data/simulation.ts'
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

type Hardware = EstimatesRow['hardware']
type Lie = EstimatesRow['lie']

/** Small cells: the estimators beside each other. */
export const ESTIMATES = {
  contributors: [5, 8, 10, 12, 30],
  /** Liars among so many contributors: one of five, else about 30 % (25 % of 8 and 33 % of 12). */
  liars: [1, 2, 3, 4, 9],
  /** How contributors differ: spread of ln v (of t3: its scale), and what part of them runs at a capped power. */
  hardware: {
    lognormal: { sd: 0.15, tails: 'normal', capped_share: 0, capped_factor: 1 },
    t3: { sd: 0.15, tails: 't3', capped_share: 0, capped_factor: 1 },
    power_capped: { sd: 0.05, tails: 'normal', capped_share: 0.35, capped_factor: 0.7 },
  } satisfies Record<Hardware, object>,
  /** A factor on the own speed, or on one agreed speed. */
  told: {
    tenfold: { factor: 10, agreed: false },
    plausible: { factor: 1.6, agreed: false },
    subtle: { factor: 1.3, agreed: true },
  } satisfies Record<Exclude<Lie, 'none'>, object>,
  agreed_sd: 0.02,
  lies: [
    { hardware: 'lognormal', lie: 'none' },
    { hardware: 't3', lie: 'none' },
    { hardware: 'power_capped', lie: 'none' },
    { hardware: 'lognormal', lie: 'tenfold' },
    { hardware: 't3', lie: 'tenfold' },
    { hardware: 'power_capped', lie: 'tenfold' },
    { hardware: 'lognormal', lie: 'plausible' },
    { hardware: 'lognormal', lie: 'subtle' },
  ] as { hardware: Hardware; lie: Lie }[],
}

/** Steps of versions at which some contributors lie about the later version, or all drift together. */
export const DISTURBED = {
  pairs: [6, 8, 12, 20, 30],
  conditions: [
    { effect: 0, liars_share: 0.2, lie_factor: 0.7, shared_drift_sd: 0 },
    { effect: 0, liars_share: 0.3, lie_factor: 0.7, shared_drift_sd: 0 },
    { effect: -0.1, liars_share: 0.2, lie_factor: 1.3, shared_drift_sd: 0 },
    { effect: -0.1, liars_share: 0.3, lie_factor: 1.3, shared_drift_sd: 0 },
    { effect: 0, liars_share: 0, lie_factor: 1, shared_drift_sd: 0.03 },
  ],
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
  /** Of small cells: honest ones, and those with liars. */
  estimates: number
  estimates_lies: number
  steps: number
  disturbed_steps: number
}
export const FULL: Size = {
  bias: 200,
  coverage: 1000,
  estimates: 1000,
  estimates_lies: 300,
  steps: 100,
  disturbed_steps: 40,
}
export const SMALL: Size = { bias: 16, coverage: 15, estimates: 20, estimates_lies: 12, steps: 2, disturbed_steps: 2 }

/** Numbers of the studies in the keys of their streams. */
export const STUDY = { bias: 1, coverage: 2, regressions: 3, estimates: 4, disturbed: 5 } as const
