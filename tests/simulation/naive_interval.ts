import { type Cell, pool } from './rivals.ts'

/** The binomial 95 % interval of the median of all samples, as though each were independent: order statistics at N/2 ± 1.96 √N / 2. */
export function naiveInterval(cell: Cell): { low: number; high: number } {
  const pooled = pool(cell)
  const half = 1.959964 * Math.sqrt(pooled.length) * 0.5
  const clip = (rank: number) => Math.min(Math.max(rank, 0), pooled.length - 1)
  return {
    low: pooled[clip(Math.floor(pooled.length / 2 - half) - 1)]!,
    high: pooled[clip(Math.ceil(pooled.length / 2 + half))]!,
  }
}
