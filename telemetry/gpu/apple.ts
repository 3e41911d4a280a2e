import { at, entriesOf, parseJsonOutput, textOf } from './json_output.ts'
import { BYTES_PER_MB, type GpuDevice, type GpuProbe, type ProbeDeps, type VramReading } from './probe_types.ts'
import { outputOf } from './run_tool.ts'

const PERIOD_MS = 5000
const IOREG = ['-r', '-d', '1', '-w', '0', '-c', 'IOAccelerator']

/**
 * Apple silicon: the chip by system_profiler, the memory that its GPU uses by ioreg. The memory is the machine's, which
 * CPU and GPU share, so that all of it is the total.
 */
export async function probeApple(deps: ProbeDeps): Promise<GpuProbe | null> {
  if (deps.platform !== 'darwin') return null
  const profile = await deps.run('system_profiler', ['SPDisplaysDataType', '-json'])
  const output = outputOf('system_profiler', profile, deps.warn)
  const devices = output === null ? [] : parseAppleDevices(output, deps.totalMemory())
  if (devices.length === 0) return null
  const read = async (): Promise<VramReading> => {
    const result = await deps.run('ioreg', IOREG)
    const used = result.kind === 'output' ? parseAppleMemory(result.text) : null
    return devices.map(() => used)
  }
  return { source: 'apple', devices, memory: { kind: 'read', interval_ms: PERIOD_MS, read }, close() {} }
}

/** The GPU of an Apple chip; no known engine runs on the graphics cards of older machines. */
export function parseAppleDevices(output: string, totalMemory: number): GpuDevice[] {
  return entriesOf(parseJsonOutput(output), 'SPDisplaysDataType')
    .map((entry) => textOf(at(entry, 'sppci_model')) || textOf(at(entry, '_name')))
    .filter((name) => name.startsWith('Apple '))
    .slice(0, 1)
    .map((name) => ({ name, vram_total_mb: Math.round(totalMemory / BYTES_PER_MB), driver_version: null }))
}

/** `"In use system memory"` (bytes) of the accelerator's PerformanceStatistics; the entry "(driver)" is another one. */
export function parseAppleMemory(output: string): number | null {
  const bytes = /"In use system memory"=(\d+)/.exec(output)?.[1]
  return bytes === undefined ? null : Math.round(Number(bytes) / BYTES_PER_MB)
}
