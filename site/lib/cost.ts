import type { Metric } from '../../contracts/metrics.ts'
import type { PriceRow } from '../../contracts/tables.ts'
import type { Figure } from './figure.ts'
import { formatGpuCount, type MeasurementType } from './labels.ts'

/** The one rule for what a configuration costs: the matrix, every page and answer, and the JSON interface use it. */

/** A dated on-demand list price of a machine. */
export interface Listing {
  provider: string
  region: string
  gpuCount: number
  /** USD per hour for the whole machine. */
  usdPerHour: number
  asOf: string
  /** Where the price was read. */
  source: string
}

/** What a configuration is rented for. */
export interface Rent {
  /** USD per hour for all GPUs of the configuration. */
  usdPerHour: number
  provider: string
  asOf: string
  /** GPUs of the listing; where they are not those of the configuration, its price per GPU was multiplied. */
  listedGpus: number
}

/** On-demand listings. Prices are append-only: of one provider, region and size the newest counts. */
export function onDemandListings(prices: readonly PriceRow[]): Listing[] {
  const newest = new Map<string, PriceRow>()
  for (const price of prices) {
    if (price.term !== 'on-demand') continue
    const offer = [price.gpu_id, price.gpu_count, price.provider, price.region].join('|')
    if ((newest.get(offer)?.as_of ?? '') <= price.as_of) newest.set(offer, price)
  }
  return [...newest.values()].map(({ provider, region, gpu_count, usd_per_hour, as_of, source }) => {
    return { provider, region, gpuCount: gpu_count, usdPerHour: usd_per_hour, asOf: as_of, source }
  })
}

/** The cheapest listing of a machine of that size; if there is none, the cheapest per GPU, times the count. Null without a listing. */
export function cheapestRent(listings: readonly Listing[], gpuCount: number): Rent | null {
  const same = listings.filter((listing) => listing.gpuCount === gpuCount)
  const each = (listing: Listing) => listing.usdPerHour / listing.gpuCount
  const [best] = (same.length > 0 ? same : listings).toSorted(
    (a, b) => each(a) - each(b) || a.gpuCount - b.gpuCount || (a.provider < b.provider ? -1 : 1),
  )
  if (!best) return null
  const usdPerHour = best.gpuCount === gpuCount ? best.usdPerHour : each(best) * gpuCount
  return { usdPerHour, provider: best.provider, asOf: best.asOf, listedGpus: best.gpuCount }
}

/** Where a rent comes from: `azure, 2026-10-10`, and where no machine of the size is listed `…, from a listing of 1 GPU, per GPU × 4`. */
export function rentOrigin({ provider, asOf, listedGpus }: Rent, gpuCount: number): string {
  const multiplied =
    listedGpus === gpuCount ? '' : `, from a listing of ${formatGpuCount(listedGpus)}, per GPU × ${gpuCount}`
  return `${provider}, ${asOf}${multiplied}`
}

export const COST_METRICS = ['e2e_tps', 'decode_tps', 'output_tps'] as const
export type CostMetric = (typeof COST_METRICS)[number]

/** The figures of a configuration, `output_tps` being what all its streams got together. */
export type CostFigures = Partial<Record<Metric | 'output_tps', Figure>>

/** What a cost follows from: what a machine delivered, and the measurement type that tells whether one user had it. */
export interface Delivered {
  type: MeasurementType
  figures: CostFigures
}

/**
 * The speed that a cost follows from. One user has the whole machine: end-to-end speed, for the hour is paid while prompts are read; decode
 * speed where that is all there is. Under load only the throughput of all streams will do: of one stream among many nothing follows.
 */
export function costSpeed({ type, figures }: Delivered): { metric: CostMetric; speed: Figure } | undefined {
  const metrics = type === 'single_stream' ? (['e2e_tps', 'decode_tps'] as const) : (['output_tps'] as const)
  for (const metric of metrics) {
    const speed = figures[metric]
    if (speed) return { metric, speed }
  }
  return undefined
}

/** USD per million output tokens: price × 1e6 / (3600 × tokens/s × utilisation). */
export function costPerMillion(tps: number, usdPerHour: number, utilisation = 1): number {
  return (usdPerHour * 1e6) / (3600 * tps * utilisation)
}

/** The same as a figure. The ends of the speed map inversely. */
export function costFigure(speed: Figure, usdPerHour: number, utilisation = 1): Figure {
  const cost = (tps: number) => costPerMillion(tps, usdPerHour, utilisation)
  return {
    n: speed.n,
    p25: cost(speed.p75),
    p50: cost(speed.p50),
    p75: cost(speed.p25),
    interval: speed.interval && [cost(speed.interval[1]), cost(speed.interval[0])],
  }
}

/** What a configuration costs to rent, fully used: null where no speed that a cost follows from or no listing is known. */
export function rentedCost(delivered: Delivered, rent: Rent | null | undefined): Figure | null {
  const found = costSpeed(delivered)
  return found && rent ? costFigure(found.speed, rent.usdPerHour) : null
}
