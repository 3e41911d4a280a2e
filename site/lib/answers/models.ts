import { plural } from '../format.ts'
import type { Options } from './options.ts'
import type { ModelAnswers, Run } from './types.ts'

/** The model with single-stream figures on most GPUs; ties by runs, then by name. */
export function chooseDefault(models: ModelAnswers[]): ModelAnswers {
  const first = models.toSorted(
    (a, b) => countGpus(b) - countGpus(a) || b.runs.length - a.runs.length || a.name.localeCompare(b.name),
  )[0]
  if (!first)
    throw new Error('matrix.arrow: expected a row with a speed figure, found none: there is nothing to answer from.')
  return first
}

/** The options of the model select, with the number of GPUs that each model was measured on. */
export function modelOptions(models: ModelAnswers[]): Options {
  return models.map((model) => [model.slug, `${model.name} (${plural(model.gpus.length, 'GPU')})`])
}

function countGpus(model: ModelAnswers): number {
  return new Set(model.runs.filter(isSingleStream).map((run) => run.gpu)).size
}

const isSingleStream = (run: Run): boolean => run.type === 'single_stream'
