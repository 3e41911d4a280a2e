import type { LlamaBenchRow } from './llama_bench_row.ts'
import type { ImportOptions } from './types.ts'

export interface Gpus {
  gpu_name: string
  gpu_count: number
}

/**
 * The GPUs of a run: `--gpu`, else `gpu_info`, in which llama-bench lists the devices joined by commas; n equal names are
 * n GPUs, and with split_mode none only one of them works. Undefined if the row lists none or different ones.
 */
export function gpusOfRow(row: LlamaBenchRow, options: ImportOptions): Gpus | undefined {
  const names = row.gpu_info.split(', ').filter((name) => name !== '')
  const equal = new Set(names).size === 1
  const name = options.gpu ?? (equal ? names[0] : undefined)
  if (name === undefined) return undefined
  const counted = row.split_mode === 'none' || !equal ? 1 : names.length
  return { gpu_name: name, gpu_count: options.gpuCount ?? counted }
}
