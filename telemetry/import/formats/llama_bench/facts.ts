import { ENGINE_BACKENDS, KV_CACHE_DTYPES } from '../../../../contracts/fields.ts'
import { modelRefOfGguf, quantizationOfGguf } from '../../../../contracts/names/model_ref.ts'
import { dayOf } from '../../reading.ts'
import type { Facts } from '../../types.ts'
import { devicesOf } from './devices.ts'
import type { LlamaBenchRow, LlamaBenchTest } from './row.ts'

const MIB = 2 ** 20

/** What a row tells of model, engine, GPUs and launch. */
export function factsOf({ row, isFork, deviceMb }: LlamaBenchTest): Facts {
  const devices = devicesOf(row)
  const { gpu_name, gpu_count } = 'reason' in devices ? { gpu_name: undefined, gpu_count: 1 } : devices
  return {
    ts: dayOf(row.test_time),
    model_ref: row.model_filename ? modelRefOfGguf(row.model_filename) : undefined,
    engine: isFork ? 'ik_llama.cpp' : 'llama.cpp',
    // A shallow clone counts one commit, whatever the build is.
    engine_version: (row.build_number ?? 0) > 1 ? `b${row.build_number}` : undefined,
    gpu_name,
    gpu_count,
    vram_total_mb: deviceMb === undefined ? undefined : deviceMb * gpu_count,
    quantization: quantizationOf(row),
    measurement_type: 'single_stream',
    concurrency: 1,
    timing_source: 'client',
    weights_mb: row.model_size ? row.model_size / MIB : undefined,
    kv_cache_dtype: kvCacheType(row),
    engine_backend: backendOf(row),
  }
}

/** Below so many bits a weight, a file is not what 16 bits in its name say: the experts of gpt-oss are MXFP4 in every file. */
const LEAST_BITS_OF_F16 = 12

/** The precision that the file name ends in, else the one that llama.cpp found in the file; the bytes overrule both. */
function quantizationOf(row: LlamaBenchRow): string | undefined {
  const label = (row.model_filename && quantizationOfGguf(row.model_filename)) || quantizationOfType(row.model_type)
  const { model_size, model_n_params } = row
  const bits = model_size && model_n_params ? (model_size * 8) / model_n_params : undefined
  const isUntrue = bits !== undefined && bits < LEAST_BITS_OF_F16 && /^(?:BF16|FP?16|F32)$/i.test(label ?? '')
  if (!isUntrue) return label
  return /gpt-?oss/i.test(`${row.model_type} ${row.model_filename}`) ? 'MXFP4' : undefined
}

/** The file type as llama.cpp words it: `Q4_K - Medium`, `IQ3_XS - 3.3 bpw`, `MXFP4 MoE`, `mostly Q4_0`. */
function quantizationOfType(type = ''): string | undefined {
  const [, name, size] =
    /\b(I?Q\d\w*|TQ\d_0|MXFP4|NVFP4|BF16|F16|F32)\b(?: - (Small|Medium|Large))?[^A-Z]*(?:MoE)?$/.exec(type) ?? []
  return name && size ? `${name}_${size[0]}` : name
}

function kvCacheType({ type_k, type_v }: LlamaBenchRow): Facts['kv_cache_dtype'] {
  if (type_k === undefined || type_v === undefined) return undefined
  return type_k === type_v ? KV_CACHE_DTYPES.find((known) => known === type_k.toLowerCase()) : 'mixed'
}

const BACKENDS: Record<string, string> = { hip: 'rocm', mtl: 'metal', kompute: 'vulkan' }

/** The backend that computes: of several, those of the processor and of the network aside. */
function backendOf(row: LlamaBenchRow): Facts['engine_backend'] {
  const flags = (['cuda', 'vulkan', 'kompute', 'metal', 'sycl', 'opencl'] as const).filter((name) => row[name])
  const names =
    row.backends?.split(',').map((name) =>
      name
        .trim()
        .toLowerCase()
        .replace(/[ \d.].*$/, ''),
    ) ?? flags
  const computing = names.filter((name) => !/^(?:cpu|blas|rpc|)$/.test(name)).map((name) => BACKENDS[name] ?? name)
  return computing.length === 1 ? ENGINE_BACKENDS.find((known) => known === computing[0]) : undefined
}
