import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { startGpuMonitorLater } from '../../../telemetry/gpu/deferred_monitor.ts'
import { LineStream } from '../../../telemetry/gpu/line_stream.ts'
import { startGpuMonitor } from '../../../telemetry/gpu/start_gpu_monitor.ts'
import type { GpuMonitor } from '../../../telemetry/gpu/types.ts'
import { makeFolder } from '../support/run_orch.ts'

/** What takes so long has come to a stop, however busy the machine is. */
const HANG = { timeout: 60_000 }

const START_GPU_MONITOR = fileURLToPath(new URL('../../../telemetry/gpu/start_gpu_monitor.ts', import.meta.url))

/**
 * A folder with an executable `nvidia-smi` that answers as the real one does: the devices at once, the memory in use of both
 * GPUs ten times a second for as long as it runs. The memory is read from a file, so that a test can change it.
 */
function installNvidiaSmi() {
  const folder = makeFolder()
  const used = join(folder, 'used')
  const pids = join(folder, 'pids')
  writeFileSync(used, '0, 10000\n1, 20000\n')
  writeFileSync(pids, '')
  const path = join(folder, 'bin', 'nvidia-smi')
  mkdirSync(join(folder, 'bin'))
  writeFileSync(
    path,
    `#!/bin/sh
case "$1" in
  *driver_version*) printf '0, NVIDIA H100 80GB HBM3, 81559, 550.54.15\\n1, NVIDIA H100 80GB HBM3, 81559, 550.54.15\\n';;
  --query-gpu=index,memory.used) [ "$2 $3" = "--format=csv,noheader,nounits -lms" ] || exit 2
    echo $$ >> ${pids}
    while cat ${used}; do sleep 0.1; done;;
  *) exit 2;;
esac
`,
  )
  chmodSync(path, 0o755)
  return {
    env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin` },
    use: (text: string) => writeFileSync(used, text),
    starts: () => readFileSync(pids, 'utf8').trim().split('\n').filter(Boolean).map(Number),
  }
}

const open: GpuMonitor[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((monitor) => monitor.close()))
})

async function start(env: NodeJS.ProcessEnv, warnings: string[] = []): Promise<GpuMonitor> {
  const deps = { importOptional: async () => null, platform: 'linux' as const }
  const monitor = await startGpuMonitor({
    config: { probe: true },
    env,
    warn: (text) => void warnings.push(text),
    deps,
  })
  open.push(monitor)
  return monitor
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Windows one after the other until one has a reading. */
async function waitForPeak(monitor: GpuMonitor, expected: number): Promise<void> {
  const window = monitor.openWindow()
  try {
    await vi.waitFor(() => expect(monitor.openWindow().close()).toBe(expected), HANG)
  } finally {
    window.close()
  }
}

describe('nvidia-smi as a running tool', () => {
  it('is started once, at the first window, and its highest reading over both GPUs is the peak', async () => {
    const tool = installNvidiaSmi()
    const monitor = await start(tool.env)
    expect(monitor.facts()).toMatchObject({ gpu_name: 'NVIDIA H100 80GB HBM3', gpu_count: 2, vram_total_mb: 163_118 })
    expect(tool.starts()).toEqual([])
    const whole = monitor.openWindow()
    await waitForPeak(monitor, 30_000)
    tool.use('0, 15000\n1, 20500\n')
    await waitForPeak(monitor, 35_500)
    tool.use('0, 100\n1, 100\n')
    await waitForPeak(monitor, 200)
    expect(whole.close()).toBe(35_500)
    expect(tool.starts()).toHaveLength(1)
  })

  it('is ended by close', async () => {
    const tool = installNvidiaSmi()
    const monitor = await start(tool.env)
    await waitForPeak(monitor, 30_000)
    const [pid] = tool.starts()
    expect(isAlive(pid!)).toBe(true)
    await monitor.close()
    expect(isAlive(pid!)).toBe(false)
  })

  it('is started again when it ends, and until then nothing is known', async () => {
    const tool = installNvidiaSmi()
    const warnings: string[] = []
    const monitor = await start(tool.env, warnings)
    await waitForPeak(monitor, 30_000)
    process.kill(tool.starts()[0]!, 'SIGKILL')
    await vi.waitFor(
      () => expect(warnings).toEqual(['nvidia-smi stopped: it ended with SIGKILL. It is started again.']),
      HANG,
    )
    tool.use('0, 1\n1, 2\n')
    await waitForPeak(monitor, 3)
    expect(tool.starts()).toHaveLength(2)
  })

  it('is null if a GPU does not report it', async () => {
    const tool = installNvidiaSmi()
    tool.use('0, 10000\n1, [N/A]\n')
    const monitor = await start(tool.env)
    const window = monitor.openWindow()
    await vi.waitFor(() => expect(tool.starts()).toHaveLength(1), HANG)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(window.close()).toBeNull()
  })

  it('keeps no process alive, and goes with the process that started it', async () => {
    const tool = installNvidiaSmi()
    const script = join(makeFolder(), 'watch.ts')
    writeFileSync(
      script,
      `import { startGpuMonitor } from ${JSON.stringify(START_GPU_MONITOR)}
const monitor = await startGpuMonitor({ config: { probe: true }, env: process.env, warn: () => {} })
const window = monitor.openWindow()
const until = Date.now() + 60_000
while (monitor.openWindow().close() === null && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
console.log(window.close())
`,
    )
    const { status, stdout } = spawnSync(process.execPath, [script], {
      env: tool.env,
      encoding: 'utf8',
      timeout: 120_000,
    })
    expect({ status, stdout }).toEqual({ status: 0, stdout: '30000\n' })
    // Its next line finds no reader.
    await vi.waitFor(() => expect(isAlive(tool.starts()[0]!)).toBe(false), HANG)
  })
})

describe('a tool that hangs', () => {
  it('holds up neither a start in the background nor its end', async () => {
    const folder = makeFolder()
    const path = join(folder, 'nvidia-smi')
    writeFileSync(path, `#!/bin/sh\necho $$ > ${join(folder, 'pid')}\nexec sleep 60\n`)
    chmodSync(path, 0o755)
    const warnings: string[] = []
    const warn = (text: string) => void warnings.push(text)
    const monitor = startGpuMonitorLater({
      config: { probe: true },
      env: { PATH: `${folder}:/usr/bin:/bin` },
      warn,
      deps: { importOptional: async () => null },
    })
    expect(monitor.facts().gpu_name).toBe('unknown')
    expect(monitor.openWindow().close()).toBeNull()
    const pid = await vi.waitFor(() => Number(readFileSync(join(folder, 'pid'), 'utf8').trim() || Number.NaN), HANG)
    await monitor.close()
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), HANG)
    expect(warnings).toEqual([])
  })
})

describe('a tool that cannot be started', () => {
  it('is tried again after pauses that double, without an error that nobody catches', async () => {
    const ends: number[] = []
    const stream = new LineStream({
      command: join(makeFolder(), 'no-such-tool'),
      args: [],
      env: {},
      onLine: () => {},
      onEnd: () => void ends.push(performance.now()),
      warn: () => {},
      pause_ms: 20,
    })
    stream.start()
    await vi.waitFor(() => expect(ends.length).toBeGreaterThanOrEqual(4), HANG)
    await stream.stop()
    const pauses = ends.slice(1, 4).map((at, index) => at - ends[index]!)
    expect(pauses[0]).toBeGreaterThanOrEqual(19)
    expect(pauses[1]).toBeGreaterThanOrEqual(39)
    expect(pauses[2]).toBeGreaterThanOrEqual(79)
    const count = ends.length
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(ends).toHaveLength(count)
  })
})
