import { at, entriesOf, numberOf, parseJsonOutput, textOf } from './json_output.ts'
import type { GpuDevice, GpuProbe, ProbeDeps, VramReading } from './probe_types.ts'
import { outputOf } from './run_tool.ts'

const TOOL = 'amd-smi'
/** amd-smi starts a Python interpreter, which takes most of a second of a core. */
const PERIOD_MS = 10_000
const STATIC = ['static', '--asic', '--vram', '--driver', '--json']
const METRIC = ['metric', '--mem-usage', '--json']

/** AMD by the tool of ROCm, for hosts (containers, other systems) where the driver's files are not visible. */
export async function probeAmdSmi(deps: ProbeDeps): Promise<GpuProbe | null> {
  const output = outputOf(TOOL, await deps.run(TOOL, STATIC), deps.warn)
  const devices = output === null ? [] : parseAmdDevices(output)
  if (devices.length === 0) return null
  const read = async (): Promise<VramReading> => {
    const metric = await deps.run(TOOL, METRIC)
    const used = metric.kind === 'output' ? parseAmdMemory(metric.text) : []
    return devices.map((_, index) => used[index] ?? null)
  }
  return { source: TOOL, devices, memory: { kind: 'read', interval_ms: PERIOD_MS, read }, close() {} }
}

/** `amd-smi static`: a list, since ROCm 7 under `gpu_data`; sizes as `{value, unit: "MB"}`. */
export function parseAmdDevices(output: string): GpuDevice[] {
  return entriesOf(parseJsonOutput(output), 'gpu_data')
    .filter((entry) => at(entry, 'asic') !== undefined)
    .map((entry) => ({
      name: textOf(at(entry, 'asic', 'market_name')),
      vram_total_mb: numberOf(at(entry, 'vram', 'size')),
      driver_version: textOf(at(entry, 'driver', 'version')) || textOf(at(entry, 'driver', 'driver_version')) || null,
    }))
}

/** `amd-smi metric --mem-usage`: used VRAM in MB, in the order of the devices. */
export function parseAmdMemory(output: string): VramReading {
  return entriesOf(parseJsonOutput(output), 'gpu_data').map((entry) => numberOf(at(entry, 'mem_usage', 'used_vram')))
}
