import { rentedCost } from '../cost.ts'
import type { Entry } from '../matrix/entries.ts'
import { speedOf } from '../speed.ts'
import type { Bar, Facts } from './types.ts'

/** A row as an answer; null where it has no speed of one user. */
export function toBar({ matrix }: Facts, entry: Entry): Bar | null {
  const speed = speedOf(entry.figures)
  const cost = rentedCost(entry, matrix.gpus[entry.gpu]!.rents[entry.gpuCount])
  return speed && { entry, speed, ttft: entry.figures.ttft_ms, cost }
}
