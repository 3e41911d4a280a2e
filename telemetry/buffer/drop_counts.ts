import { z } from 'zod'
import { DROP_REASONS, type DropCounts, type DropReason } from './types.ts'

/** Drop counts as stored in files: reason → samples. */
export const DropCountsSchema = z.partialRecord(z.enum(DROP_REASONS), z.int().min(0))

/** Adds counts to counts. */
export function addDrops(into: DropCounts, from: DropCounts): void {
  for (const reason of DROP_REASONS) countDrop(into, reason, from[reason] ?? 0)
}

/** What counts are more than others that they have grown from. */
export function subtractDrops(counts: DropCounts, former: DropCounts): DropCounts {
  const added: DropCounts = {}
  for (const reason of DROP_REASONS) countDrop(added, reason, (counts[reason] ?? 0) - (former[reason] ?? 0))
  return added
}

export function countDrop(into: DropCounts, reason: DropReason, samples: number): void {
  if (samples > 0) into[reason] = (into[reason] ?? 0) + samples
}

export function sumDrops(counts: DropCounts): number {
  return DROP_REASONS.reduce((sum, reason) => sum + (counts[reason] ?? 0), 0)
}
