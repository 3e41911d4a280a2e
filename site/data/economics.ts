import { METRIC_INFO } from '../../contracts/metrics.ts'
import type { MatrixRow } from '../../contracts/tables.ts'
import { type Power, powerOf, tokensPerJoule } from '../lib/answers/cost.ts'
import type { AnswerGpu, Figure, ModelAnswers, Run } from '../lib/answers/types.ts'
import { type CostMetric, cheapestRent, costFigure, costSpeed, type Rent } from '../lib/cost.ts'
import { allAnswers } from './answers.ts'

/** What a matrix row costs in money and energy, by the speed that both follow from. */
export interface Economics {
  metric: CostMetric
  speed: Figure
  /** USD per million output tokens at list prices; null where the GPU has none. */
  cost: { figure: Figure; rent: Rent } | null
  /** Output tokens per joule; null where no power is known. */
  energy: { figure: Figure; power: Power } | null
}

let runs: Map<string, { run: Run; gpu: AnswerGpu }> | undefined

/** Cost and energy of a matrix row; undefined where it has no speed, or neither a price nor a power is known. */
export function economicsOf(row: MatrixRow): Economics | undefined {
  runs ??= new Map(allAnswers().flatMap(runsById))
  const own = runs.get(row.matrix_id)
  const found = own && costSpeed(own.run)
  if (!own || !found) return undefined
  const { metric, speed } = found
  const rent = cheapestRent(own.gpu.listings, own.run.gpuCount)
  const power = powerOf(own.run, own.gpu)
  if (!rent && !power) return undefined
  return {
    metric,
    speed,
    cost: rent && { figure: costFigure(speed, rent.usdPerHour), rent },
    energy: power && { figure: tokensPerJoule(speed, power), power },
  }
}

function runsById({ runs, gpus }: ModelAnswers): [string, { run: Run; gpu: AnswerGpu }][] {
  const byId = new Map(gpus.map((gpu) => [gpu.id, gpu]))
  return runs.map((run) => [run.id, { run, gpu: byId.get(run.gpu)! }])
}

/** `decode speed` */
export function speedWords(metric: CostMetric): string {
  if (metric === 'output_tps') return 'the throughput of all users together'
  return METRIC_INFO[metric].title.toLowerCase()
}
