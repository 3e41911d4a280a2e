import { at, entriesOf, numberOf, parseJsonOutput, textOf } from './json_output.ts'
import { BYTES_PER_MB, type GpuDevice, type GpuProbe, type ProbeDeps, type VramReading } from './probe_types.ts'
import { outputOf } from './run_tool.ts'

const TOOL = 'xpu-smi'
const PERIOD_MS = 10_000
const MEMORY_USED = 'XPUM_STATS_MEMORY_USED'

/** Intel by the tool of XPU Manager. Integrated graphics are left out: engines do not run on them by default. */
export async function probeIntel(deps: ProbeDeps): Promise<GpuProbe | null> {
  const output = outputOf(TOOL, await deps.run(TOOL, ['discovery', '-j']), deps.warn)
  const ids = output === null ? [] : parseIntelIds(output)
  if (ids.length === 0) return null
  const devices = await Promise.all(ids.map((id) => describe(id, deps)))
  const read = async (): Promise<VramReading> => await Promise.all(ids.map((id) => readMemory(id, deps)))
  return { source: 'intel', devices, memory: { kind: 'read', interval_ms: PERIOD_MS, read }, close() {} }
}

/** `xpu-smi discovery -j`: the numbers of the devices. */
export function parseIntelIds(output: string): number[] {
  return entriesOf(parseJsonOutput(output), 'device_list')
    .map((entry) => numberOf(entry.device_id))
    .filter((id) => id !== null)
}

/** `xpu-smi discovery -d N -j`: sizes in bytes, written as text. */
export function parseIntelDevice(output: string): GpuDevice {
  const device = parseJsonOutput(output)
  const bytes = numberOf(at(device, 'memory_physical_size_byte'))
  return {
    name: textOf(at(device, 'device_name')),
    vram_total_mb: bytes === null ? null : Math.round(bytes / BYTES_PER_MB),
    driver_version: textOf(at(device, 'driver_version')) || null,
  }
}

/** `xpu-smi stats -d N -j`: MiB in use by the device, else by its tiles together. */
export function parseIntelMemory(output: string): number | null {
  const stats = parseJsonOutput(output)
  const tiles = entriesOf(at(stats, 'tile_level')).map((tile) => memoryOf(at(tile, 'data_list')))
  const ofTiles = tiles.length === 0 || tiles.includes(null) ? null : tiles.reduce((sum, mb) => sum! + mb!, 0)
  const used = memoryOf(at(stats, 'device_level')) ?? ofTiles
  return used === null ? null : Math.round(used)
}

function memoryOf(metrics: unknown): number | null {
  return numberOf(entriesOf(metrics).find((metric) => metric.metrics_type === MEMORY_USED)?.value)
}

async function describe(id: number, { run, warn }: ProbeDeps): Promise<GpuDevice> {
  return parseIntelDevice(outputOf(TOOL, await run(TOOL, ['discovery', '-d', String(id), '-j']), warn) ?? '')
}

async function readMemory(id: number, { run }: ProbeDeps): Promise<number | null> {
  const result = await run(TOOL, ['stats', '-d', String(id), '-j'])
  return result.kind === 'output' ? parseIntelMemory(result.text) : null
}
