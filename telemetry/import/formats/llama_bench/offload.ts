import type { LlamaBenchRow } from './row.ts'

/** From here on `-ngl` is no number of layers, but all of them: the default, and what everyone writes. */
const ALL_LAYERS = 99

/**
 * Why a run does not measure whole GPUs: it used the processor, or the memory of the host. Undefined if it does.
 *
 * @param mostLayers the layers that the model has, where the operator says so
 */
export function findHostMemory(row: LlamaBenchRow, mostLayers: number | undefined): string | undefined {
  return findProcessor(row) ?? findSystemMemory(row, mostLayers ?? ALL_LAYERS)
}

/** The most layers that rows of each model put on the GPU: all that it has, if the operator says that they are. */
export function countLayers(rows: readonly LlamaBenchRow[]): Map<string, number> {
  const most = new Map<string, number>()
  for (const row of rows) most.set(modelOf(row), Math.max(most.get(modelOf(row)) ?? 0, row.n_gpu_layers ?? 0))
  return most
}

/** What rows of one model have in common. */
export function modelOf({ model_filename, model_type, model_size }: LlamaBenchRow): string {
  return JSON.stringify([model_filename, model_type, model_size])
}

function findProcessor(row: LlamaBenchRow): string | undefined {
  if (row.devices === 'none') return 'not on the GPU: devices is none'
  if (row.n_gpu_layers === 0) return 'not on the GPU: n_gpu_layers is 0'
  if (row.backends !== undefined && /^(?:CPU|BLAS|RPC|,|\s)*$/.test(row.backends))
    return `not on the GPU: backend ${row.backends || 'none'}`
  const flags = [row.cuda, row.vulkan, row.kompute, row.metal, row.sycl, row.opencl, row.gpu_blas]
  const stated = flags.filter((value) => value !== undefined)
  if (row.backends === undefined && stated.length > 0 && !stated.some(Boolean))
    return 'not on the GPU: a build for the CPU'
  return undefined
}

function findSystemMemory(row: LlamaBenchRow, mostLayers: number): string | undefined {
  const layers = row.n_gpu_layers
  if (layers !== undefined && layers > 0 && layers < mostLayers)
    return `partly in system memory: n_gpu_layers is ${layers}; pass --all-layers if the model has no more than the most in the file`
  if (row.no_kv_offload) return 'partly in system memory: no_kv_offload'
  if ((row.n_cpu_moe ?? 0) > 0) return 'partly in system memory: n_cpu_moe'
  if (/=CPU/.test(row.tensor_buft_overrides ?? '')) return 'partly in system memory: tensor_buft_overrides'
  if ((row.fit_target ?? 0) > 0) return 'partly in system memory, perhaps: fit_target moves there what does not fit'
  return undefined
}
