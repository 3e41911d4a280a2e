import { cheapestRent, type Rent } from '../cost.ts'
import type { MeasurementType } from '../labels.ts'
import type { AnswerGpu, Figure, Run } from './types.ts'

/** What an hour is paid with: list prices, or one's own machine. */
export interface CostBasis {
  pays: 'rent' | 'own'
  /** Own price in USD per GPU hour, without electricity. */
  ownPrice: number | null
  /** Own electricity price in USD per kWh; added to the own price only, since rent includes it. */
  electricity: number | null
  /** Share of the hour in which the machine generates, 0 to 1. */
  utilisation: number
}
export const RENT: CostBasis = { pays: 'rent', ownPrice: null, electricity: null, utilisation: 1 }

export interface HourlyPrice {
  /** USD per hour for all GPUs of the run. */
  usdPerHour: number
  /** What is behind a rental price; null for own prices. */
  rent: Rent | null
}

/** What an hour of a run costs; null where a price or the power that it needs is unknown. */
export function hourlyPrice(run: Powered, gpu: AnswerGpu, basis: CostBasis): HourlyPrice | null {
  if (basis.pays === 'rent') {
    const rent = cheapestRent(gpu.listings, run.gpuCount)
    return rent && { usdPerHour: rent.usdPerHour, rent }
  }
  if (basis.ownPrice === null && basis.electricity === null) return null
  const power = powerOf(run, gpu)
  if (basis.electricity !== null && !power) return null
  const electricity = ((power?.watts ?? 0) / 1000) * (basis.electricity ?? 0)
  return { usdPerHour: (basis.ownPrice ?? 0) * run.gpuCount + electricity, rent: null }
}

/** What runs on a machine: how many GPUs, and the power measured on all of their boards. */
type Powered = Pick<Run, 'gpuCount' | 'powerW'>

export interface Power {
  watts: number
  /** TDP is an upper bound on power: tokens per joule from it are a lower bound. */
  basis: 'measured' | 'TDP'
}

/** Board power of all GPUs of a run: measured, else the sum of their TDPs; null where neither is known. */
export function powerOf(run: Powered, gpu: AnswerGpu): Power | null {
  if (run.powerW !== null) return { watts: run.powerW, basis: 'measured' }
  return gpu.tdpW === null ? null : { watts: gpu.tdpW * run.gpuCount, basis: 'TDP' }
}

/** Output tokens per joule as a figure: tokens/s over watts. */
export function tokensPerJoule(speed: Figure, { watts }: Power): Figure {
  return {
    n: speed.n,
    p25: speed.p25 / watts,
    p50: speed.p50 / watts,
    p75: speed.p75 / watts,
    interval: speed.interval && [speed.interval[0] / watts, speed.interval[1] / watts],
  }
}

const LOADED =
  'Costs and tokens per joule follow from the output tokens of all users together; where a source does not say how many those were, there are none.'

/** What a cost of a measurement type is the cost of. */
export const COST_WORDS: Record<MeasurementType, { short: string; meaning: string }> = {
  single_stream: {
    short: 'one user',
    meaning: 'One user has the whole machine; a loaded server is cheaper per token.',
  },
  batched_online: { short: 'all users', meaning: LOADED },
  batched_offline: { short: 'all users', meaning: LOADED },
}
