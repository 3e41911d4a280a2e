import type { Price } from '../../contracts/index.ts'
import type { RawPrice } from './facts.ts'

/** Converts the gathered rental prices, in the order in which they were gathered: the list is append-only. */
export function convertPrices(raw: readonly RawPrice[]): Price[] {
  return raw.map((price) => ({
    gpu_id: price.gpu,
    gpu_count: price.count,
    provider: price.provider,
    region: price.region,
    term: price.term,
    usd_per_hour: price.usd_per_hour,
    as_of: price.as_of,
    source: price.note === undefined ? price.source : `${price.source} (${price.note})`,
  }))
}
