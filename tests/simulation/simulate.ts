import type { SimulationResults } from '../../site/data/simulation.ts'
import { POPULATIONS } from './population.ts'
import { BIAS, COVERAGE, DISTURBED, ESTIMATES, REGRESSIONS, SEED, type Size } from './settings.ts'
import { studyBias } from './study_bias.ts'
import { studyCoverage } from './study_coverage.ts'
import { studyDisturbed } from './study_disturbed.ts'
import { studyEstimates } from './study_estimates.ts'
import { studyRegressions } from './study_regressions.ts'

export type OnProgress = (study: string, done: number, of: number) => void

/** Everything beside the seed and the repetitions that the results depend on. */
export function parameters(): SimulationResults['parameters'] {
  return structuredClone({
    populations: POPULATIONS,
    bias: BIAS,
    coverage: COVERAGE,
    estimates: ESTIMATES,
    regressions: REGRESSIONS,
    disturbed: DISTURBED,
  })
}

/** Runs all studies. The first repetitions of a longer run are those of a shorter one. */
export async function simulate(size: Size, onProgress: OnProgress): Promise<SimulationResults> {
  return {
    written_by: 'npm run simulate',
    seed: SEED,
    repetitions: { ...size },
    parameters: parameters(),
    bias: await studyBias(size.bias, (...progress) => onProgress('bias', ...progress)),
    coverage: await studyCoverage(size.coverage, (...progress) => onProgress('coverage', ...progress)),
    estimates: await studyEstimates({ honest: size.estimates, lies: size.estimates_lies }, (...progress) =>
      onProgress('estimators', ...progress),
    ),
    regressions: await studyRegressions(size.steps, (...progress) => onProgress('regressions', ...progress)),
    disturbed: await studyDisturbed(size.disturbed_steps, (...progress) => onProgress('disturbed', ...progress)),
  }
}
