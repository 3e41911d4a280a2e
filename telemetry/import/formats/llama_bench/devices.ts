import type { LlamaBenchRow } from './row.ts'

/** The GPUs of a run, or why they cannot be stated. The name is undefined where the file does not give it, but a GPU was used. */
export type Devices = { gpu_name: string | undefined; gpu_count: number } | { reason: string }

/**
 * The GPUs that worked in a run. `gpu_info` lists those of the host, whatever `-dev` chose; `devices`, `split_mode`, `main_gpu` and
 * `tensor_split` tell which of them held the model. An integrated GPU beside a card holds nothing (llama.cpp leaves it out by default).
 */
export function devicesOf(row: LlamaBenchRow): Devices {
  const listed = (row.gpu_info ?? '').split(', ').filter((name) => name !== '')
  if (listed.some((name) => /^RPC\b/.test(name))) return { reason: 'other hosts over RPC: their GPUs are not stated' }
  if (listed.length === 0) return { gpu_name: appleGpu(row), gpu_count: 1 }
  const chosen = chooseDevices(listed, row)
  if ('reason' in chosen) return chosen
  const [name, ...others] = new Set(chosen.names)
  if (name === undefined) return { reason: 'not on the GPU: tensor_split gives no device a part' }
  if (others.length > 0)
    return {
      reason: `different GPUs share the model (${[name, ...others].join(', ')}): a figure of both belongs to neither`,
    }
  return { gpu_name: name, gpu_count: chosen.names.length }
}

function chooseDevices(listed: string[], row: LlamaBenchRow): { names: string[] } | { reason: string } {
  const named =
    row.devices && !/^(auto|none)$/.test(row.devices) ? pickNamed(listed, row.devices) : withoutIntegrated(listed)
  if (!Array.isArray(named)) return named
  if (row.split_mode === 'none') return { names: named.slice(row.main_gpu ?? 0, (row.main_gpu ?? 0) + 1) }
  const parts = String(row.tensor_split ?? '')
    .split(/[/;,]/)
    .map(Number)
  // All zero is the default: in proportion to the memory of the devices.
  if (!parts.some((part) => part > 0)) return { names: named }
  return { names: named.filter((_, index) => (parts[index] ?? 0) > 0) }
}

/** `CUDA0`, `Vulkan0/Vulkan1`: places in the list of the backend, which is the list of the host where only one is compiled in. */
function pickNamed(listed: string[], devices: string): string[] | { reason: string } {
  const names = devices.split(/[/,]/).map((device) => {
    const index = /^[A-Za-z]+(\d+)$/.exec(device.trim())?.[1]
    return index === undefined ? undefined : listed[Number(index)]
  })
  if (names.every((name) => name !== undefined)) return names
  return { reason: `devices "${devices}" cannot be found in gpu_info` }
}

/** Names of GPUs that are part of a processor, or no GPU at all. */
const INTEGRATED =
  /Processor|llvmpipe|SwiftShader|\bU?HD Graphics|Iris|Radeon(?:\(TM\))? (?:\d+M )?Graphics|Vega \d+ Graphics|Intel\(R\) Graphics|RAPHAEL|RENOIR|CEZANNE|REMBRANDT|PHOENIX/i

function withoutIntegrated(listed: string[]): string[] {
  const cards = listed.filter((name) => !INTEGRATED.test(name))
  return cards.length > 0 ? cards : listed
}

/** Builds before 2024-11 named no GPU under Metal, where it is the processor. */
function appleGpu({ cpu_info = '' }: LlamaBenchRow): string | undefined {
  return /^Apple M\d/.exec(cpu_info) ? cpu_info.trim() : undefined
}
