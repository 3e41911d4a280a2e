import { METRIC_INFO, type Metric } from '../../contracts/metrics.ts'
import type { MatrixRow } from '../../contracts/tables.ts'
import { costFigure, type HourlyPrice, type Power, powerOf, rentOf, tokensPerJoule } from '../lib/answers/cost.ts'
import type { AnswerGpu, Figure, ModelAnswers, Run } from '../lib/answers/types.ts'
import { allAnswers } from './answers.ts'

/** What a matrix row costs in money and energy, by its speed metric. */
export interface Economics {
  metric: Metric
  speed: Figure
  /** USD per million output tokens at list prices; null where the GPU has none. */
  cost: { figure: Figure; price: HourlyPrice } | null
  /** Output tokens per joule; null where no power is known. */
  energy: { figure: Figure; power: Power } | null
}

let runs: Map<string, { run: Run; gpu: AnswerGpu }> | undefined

/** Cost and energy of a matrix row; undefined where it has no speed, or neither a price nor a power is known. */
export function economicsOf(row: MatrixRow): Economics | undefined {
  runs ??= new Map(allAnswers().flatMap(runsById))
  const own = runs.get(row.matrix_id)
  const metric = own?.run.figures.decode_tps ? 'decode_tps' : 'e2e_tps'
  const speed = own?.run.figures[metric]
  if (!own || !speed) return undefined
  const price = rentOf(own.run, own.gpu)
  const power = powerOf(own.run, own.gpu)
  if (!price && !power) return undefined
  return {
    metric,
    speed,
    cost: price && { figure: costFigure(speed, price.usdPerHour), price },
    energy: power && { figure: tokensPerJoule(speed, power), power },
  }
}

function runsById({ runs, gpus }: ModelAnswers): [string, { run: Run; gpu: AnswerGpu }][] {
  const byId = new Map(gpus.map((gpu) => [gpu.id, gpu]))
  return runs.map((run) => [run.id, { run, gpu: byId.get(run.gpu)! }])
}

/** `decode speed` */
export function speedWords(metric: Metric): string {
  return METRIC_INFO[metric].title.toLowerCase()
}
