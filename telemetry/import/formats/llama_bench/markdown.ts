import type { InputDocument } from '../../types.ts'

/** Short names of columns in the tables that llama-bench prints (`markdown_printer::get_field_display_name`, 2026-11). */
const COLUMNS: Record<string, string> = {
  model: 'model_type',
  backend: 'backends',
  ngl: 'n_gpu_layers',
  threads: 'n_threads',
  sm: 'split_mode',
  mg: 'main_gpu',
  nkvo: 'no_kv_offload',
  fa: 'flash_attn',
  ts: 'tensor_split',
  dev: 'devices',
  ot: 'tensor_buft_overrides',
  ncmoe: 'n_cpu_moe',
  embd: 'embeddings',
  fitt: 'fit_target',
}

const NUMBERS = new Set(['n_gpu_layers', 'main_gpu', 'no_kv_offload', 'n_cpu_moe', 'embeddings', 'fit_target'])

/**
 * A row of the table that llama-bench prints for people, with the names of its JSON. What the table lacks (build, devices) is taken from
 * the lines around it: devices are announced above it, the build stands below it.
 */
export function rowOfMarkdown(
  cells: Record<string, string>,
  { context = '', above = context, below = context }: InputDocument,
): Record<string, unknown> {
  const { test = '', 't/s': rate = '', size = '', params, ...settings } = cells
  const named = Object.entries(settings).map(([column, cell]) => {
    const name = COLUMNS[column] ?? column
    return [name, NUMBERS.has(name) ? Number(cell) : cell] as const
  })
  const ownDevices = devicesIn(above)
  const devices = ownDevices.length > 0 ? ownDevices : devicesIn(context)
  return {
    ...Object.fromEntries(named),
    ...readTestName(test),
    avg_ts: Number.parseFloat(rate),
    build_number: Number((BUILD.exec(below) ?? BUILD.exec(context))?.[1] ?? 0),
    gpu_info: devices.length > 0 ? devices.join(', ') : undefined,
    model_size: bytesOf(size),
    params,
  }
}

const BUILD = /^build: \S+ \((\d+)\)/m

/** `pp512`, `tg128`, `pp512+tg128`, each also `@ d4096`. */
function readTestName(test: string) {
  const number = (pattern: RegExp) => Number(pattern.exec(test)?.[1] ?? 0)
  return { n_prompt: number(/pp\s?(\d+)/), n_gen: number(/tg\s?(\d+)/), n_depth: number(/@ ?d(\d+)/) }
}

const UNITS: Record<string, number> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 }

function bytesOf(size: string): number | undefined {
  const [, figure, unit] = /^([\d.]+) ([KMGT]iB)$/.exec(size) ?? []
  return figure && unit ? Math.round(Number(figure) * UNITS[unit]!) : undefined
}

/** The devices that the backends of ggml announce when they start. */
function devicesIn(context: string): string[] {
  const patterns = [
    /^\s*Device \d+: (.+?), (?:gfx|compute capability)/gm,
    /^ggml_vulkan: \d+ = (.+?) \((?:[^()]*)\) \|/gm,
    /^ggml_metal\w*: GPU name:\s+(.+)$/gm,
  ]
  for (const pattern of patterns) {
    const names = [...context.matchAll(pattern)].map(([, name]) => name!.trim())
    if (names.length > 0) return names
  }
  return []
}
