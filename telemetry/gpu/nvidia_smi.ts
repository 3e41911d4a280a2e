import { LineStream } from './line_stream.ts'
import type { GpuDevice, GpuProbe, ProbeDeps, VramStream } from './probe_types.ts'
import { outputOf } from './run_tool.ts'

const TOOL = 'nvidia-smi'
const FORMAT = '--format=csv,noheader,nounits'
const PERIOD_MS = 1000

/**
 * NVIDIA by its tool: run once for the devices, then, while tasks run, one process that prints the memory in use every
 * second. Starting it per task would cost 14 ms to seconds.
 */
export async function probeNvidiaSmi(deps: ProbeDeps): Promise<GpuProbe | null> {
  const result = await deps.run(TOOL, ['--query-gpu=index,name,memory.total,driver_version', FORMAT])
  const output = outputOf(TOOL, result, deps.warn)
  const rows = output === null ? [] : parseNvidiaDevices(output)
  if (rows.length === 0) return null
  const memory = streamMemory(
    rows.map(({ index }) => index),
    deps,
  )
  return { source: TOOL, devices: rows.map(({ device }) => device), memory, close: () => memory.stop() }
}

/** Lines such as `0, NVIDIA A100-SXM4-40GB, 40960, 550.54.15`; a figure that a device does not report is `[N/A]` or `[Not Supported]`. */
export function parseNvidiaDevices(output: string): { index: string; device: GpuDevice }[] {
  return output.split('\n').flatMap((line) => {
    const [index, name, total, driver] = line.split(',').map((field) => field.trim())
    if (!index || !/^\d+$/.test(index) || !name || driver === undefined) return []
    return [{ index, device: { name, vram_total_mb: parseMb(total), driver_version: driver } }]
  })
}

function streamMemory(indexes: readonly string[], { env, warn }: ProbeDeps): VramStream {
  const used: (number | null)[] = indexes.map(() => null)
  let listener: (reading: readonly (number | null)[]) => void = () => {}
  const lines = new LineStream({
    command: TOOL,
    args: ['--query-gpu=index,memory.used', FORMAT, '-lms', String(PERIOD_MS)],
    env,
    warn,
    onLine: (line) => {
      const [index = '', mb] = line.split(',').map((field) => field.trim())
      const position = indexes.indexOf(index)
      if (position < 0) return
      used[position] = parseMb(mb)
      listener([...used])
    },
    onEnd: () => void used.fill(null),
  })
  return {
    kind: 'stream',
    start(next) {
      listener = next
      lines.start()
    },
    async stop() {
      await lines.stop()
      used.fill(null)
    },
  }
}

function parseMb(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null
}
