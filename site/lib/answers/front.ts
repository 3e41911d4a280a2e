import { costFigure, costSpeed } from '../cost.ts'
import { KINDS, type Kind } from '../labels.ts'
import { type HourlyPrice, hourlyPrice, type Power, powerOf, tokensPerJoule } from './cost.ts'
import type { CostQuestion } from './cost_state.ts'
import type { AnswerGpu, Figure, ModelAnswers, Run } from './types.ts'

/** A run with its cost and its tokens per joule. */
export interface Priced {
  run: Run
  gpu: AnswerGpu
  engine: string
  speed: Figure
  price: HourlyPrice | null
  cost: Figure | null
  power: Power | null
  perJoule: Figure | null
  /** On the Pareto front of speed and cost: no other run is at least as good in both and better in one. */
  onCostFront: boolean
  /** The same for tokens per joule. */
  onEnergyFront: boolean
}

export interface CostAnswer {
  kind: Kind
  /** Fastest first. */
  runs: Priced[]
}

/** The priced runs of a question, per kind: community and curated figures never share a front. */
export function priceRuns(data: ModelAnswers, question: CostQuestion): CostAnswer[] {
  return KINDS.flatMap((kind) => {
    const runs = data.runs.flatMap((run) => (run.kind === kind ? priceRun(data, run, question) : []))
    return runs.length === 0 ? [] : [{ kind, runs: markFronts(runs).sort((a, b) => b.speed.p50 - a.speed.p50) }]
  })
}

function priceRun(data: ModelAnswers, run: Run, { type, metric, quantization, basis }: CostQuestion): Priced[] {
  const speed = run.figures[metric]
  if (!speed || run.type !== type || (quantization !== '' && run.quantization !== quantization)) return []
  const gpu = data.gpus.find(({ id }) => id === run.gpu)!
  const engine = data.engines.find(({ id }) => id === run.engine)!.name
  const price = hourlyPrice(run, gpu, basis)
  const power = powerOf(run, gpu)
  const paid = costSpeed(run)?.speed
  const cost = paid && price ? costFigure(paid, price.usdPerHour, basis.utilisation) : null
  const perJoule = paid && power ? tokensPerJoule(paid, power) : null
  return [{ run, gpu, engine, speed, price, cost, power, perJoule, onCostFront: false, onEnergyFront: false }]
}

function markFronts(runs: Priced[]): Priced[] {
  const byCost = paretoFront(runs, ({ speed, cost }) => cost && [speed.p50, -cost.p50])
  const byEnergy = paretoFront(runs, ({ speed, perJoule }) => perJoule && [speed.p50, perJoule.p50])
  return runs.map((run) => ({ ...run, onCostFront: byCost.has(run), onEnergyFront: byEnergy.has(run) }))
}

/** The Pareto-optimal items of two values, larger is better; items without values are on no front. */
export function paretoFront<T>(items: T[], values: (item: T) => [number, number] | null): Set<T> {
  const points = items.flatMap((item) => {
    const value = values(item)
    return value ? [{ item, x: value[0], y: value[1] }] : []
  })
  const front = new Set<T>()
  let bestY = Number.NEGATIVE_INFINITY
  let lastX = Number.NaN
  for (const { item, x, y } of points.sort((a, b) => b.x - a.x || b.y - a.y)) {
    if (y > bestY || (y === bestY && x === lastX)) front.add(item)
    if (y > bestY) [bestY, lastX] = [y, x]
  }
  return front
}
