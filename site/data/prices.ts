import { type Listing, onDemandListings } from '../lib/cost.ts'
import { groupBy } from '../lib/group_by.ts'
import { published } from './published.ts'

let listings: Map<string, Listing[]> | undefined

/** The on-demand listings of a GPU that count today. */
export function listingsOf(gpuId: string): Listing[] {
  listings ??= new Map(
    [...groupBy(published('prices'), (price) => price.gpu_id)].map(([id, prices]) => [id, onDemandListings(prices)]),
  )
  return listings.get(gpuId) ?? []
}
