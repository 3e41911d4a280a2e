import { configurationOf, type RunRecord } from './record.ts'

/** The converted models were served in 16 bit unless a source says otherwise. */
const BYTES_PER_WEIGHT = 2

/** A run faster than this multiple of the bandwidth ceiling counts as impossible. */
const MARGIN = 1.1

/** The A100 label covers 40 GB and 80 GB boards: the limit is that of the faster one. */
const CEILINGS_GBPS: Record<string, number> = { 'nvidia-a100-sxm4-40gb': 2039 }

/**
 * Whether a run is faster than memory allows: every step of a batch reads the active weights once, so `length` output
 * tokens take at least length × active parameters × 2 bytes / (1.1 × bandwidth × GPUs), at any batch size. False if
 * the bandwidth or the active parameters are unknown.
 */
export function isFasterThanMemory({ gpu, gpu_count, model, length, latencies }: RunRecord): boolean {
  const ceiling = CEILINGS_GBPS[gpu.id] ?? gpu.bandwidth_ceiling_gbps
  const seconds = latencies[0]
  if (ceiling === null || model.active_params_b === null || seconds == null) return false
  return seconds < (length * model.active_params_b * BYTES_PER_WEIGHT) / (MARGIN * ceiling * gpu_count)
}

/** Whether a run takes less than half the time of the same configuration at half the length. */
export function isShorterThanHalf(record: RunRecord, byConfiguration: ReadonlyMap<string, RunRecord>): boolean {
  const half = byConfiguration.get(configurationOf(record, record.length / 2))?.latencies[0]
  return half != null && record.latencies[0]! < half / 2
}
