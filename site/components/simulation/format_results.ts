import type { Attack, Compared, CoverageRow, Estimate, EstimatesRow, Estimator } from '../../data/simulation.ts'

export const ESTIMATOR_LABELS: Record<Estimator, { title: string; short: string; meaning: string }> = {
  published: {
    title: 'This site',
    short: 'this site',
    meaning: 'the median of the mixture of all contributors, in which those far from the others weigh less',
  },
  mixture_median: {
    title: 'Mixture',
    short: 'mixture',
    meaning: 'the median of the equal-weight mixture of all contributors',
  },
  median_of_medians: {
    title: 'Median of medians',
    short: 'median of medians',
    meaning: "the median of the contributors' own medians",
  },
  pooled_median: { title: 'Pooled median', short: 'pooled median', meaning: 'the median of all samples' },
  pooled_mean: { title: 'Pooled mean', short: 'pooled mean', meaning: 'the mean of all samples' },
}

export const ATTACK_LABELS: Record<Attack, { title: string; meaning: string }> = {
  flood_10: {
    title: 'Flooding, tenfold',
    meaning: 'each liar sends very many samples, all ten times as fast as its real ones',
  },
  flood_1_6: { title: 'Flooding, 1.6-fold', meaning: 'the same with speeds 1.6 times as fast' },
  collude_1_6: {
    title: 'Colluding, 1.6-fold',
    meaning: 'liars agree on one speed, 1.6 times the true one, and send as many samples as others',
  },
  targeted: { title: 'Targeted', meaning: 'liars agree on the speed that moves the figure of this site most' },
}

/** The estimators that small cells are tried with; those named above mean the same. */
export const COMPARED_LABELS: Record<Compared, { title: string; meaning: string }> = {
  published: ESTIMATOR_LABELS.published,
  hard_drop: {
    title: 'Hard drop',
    meaning:
      'this site until December 2026: contributors more than 3.5 scaled MADs away left out, none shown if fewer than 5 remain',
  },
  one_step: {
    title: 'One step',
    meaning:
      'as this site, with centre and spread taken once, of all contributors (spread at least 0.2, weight (2.5 / z)⁴)',
  },
  mixture: ESTIMATOR_LABELS.mixture_median,
  median_of_medians: ESTIMATOR_LABELS.median_of_medians,
  hodges_lehmann: { title: 'Hodges–Lehmann', meaning: 'the median of the means of all pairs of their medians' },
  biweight: { title: 'Biweight', meaning: 'Tukey’s biweight of their medians' },
  huber: { title: 'Huber', meaning: 'Huber’s estimate of their medians' },
}

export const HARDWARE_LABELS: Record<EstimatesRow['hardware'], { title: string; meaning: string }> = {
  lognormal: { title: 'Alike', meaning: 'speeds differ by 15 % from one contributor to the next, log-normal' },
  t3: { title: 'Heavy tails', meaning: 'the same spread with the tails of Student’s t of 3 degrees of freedom' },
  power_capped: { title: 'Power-capped', meaning: '35 % of the contributors run at 0.7 times the speed' },
}

export const LIE_LABELS: Record<EstimatesRow['lie'], { title: string; meaning: string }> = {
  none: { title: 'None', meaning: '' },
  tenfold: { title: 'Tenfold', meaning: 'liars state ten times their speed' },
  plausible: { title: '1.6-fold', meaning: 'liars state 1.6 times their speed' },
  subtle: { title: 'Agreed 1.3-fold', meaning: 'liars agree on 1.3 times the typical speed' },
}

export const POPULATION_LABELS: Record<CoverageRow['population'], { title: string; meaning: string }> = {
  equal_counts: { title: 'Equal counts', meaning: 'all send the same number of samples' },
  unequal_counts: { title: 'Unequal counts', meaning: 'a few send most of the samples' },
  slow_hosts: {
    title: 'Slow hosts',
    meaning: 'unequal counts, and a quarter of the contributors also run a host at 0.7 times the speed',
  },
}

/** A relative bias in %, signed: `+759 %`, `−0.4 %`. */
export function formatBias(bias: number): string {
  const digits = Math.abs(bias) < 0.0995 ? 1 : 0
  const text = Math.abs(100 * bias).toFixed(digits)
  if (Number(text) === 0) return '0 %'
  return `${bias > 0 ? '+' : '−'}${text} %`
}

/** A share in %: `95.2 %`. */
export function formatRate(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

/** The Monte-Carlo standard error of a share or a relative bias: `± 0.3`. */
export function formatError({ standard_error }: Estimate): string {
  return `± ${(100 * standard_error).toFixed(1)}`
}

/** The range of shares: `94.1–97.6 %`, or a single value if both ends read the same. */
export function formatRates(shares: number[]): string {
  const [least, most] = [formatRate(Math.min(...shares)), formatRate(Math.max(...shares))]
  return least === most ? least : `${least.replace(' %', '')}–${most}`
}
