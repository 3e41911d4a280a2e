import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { GpuConfig } from '../../../telemetry/config/schema.ts'
import { probeAmdSysfs } from '../../../telemetry/gpu/amd_sysfs.ts'
import { cleanGpuName } from '../../../telemetry/gpu/clean_gpu_name.ts'
import type { ProbeDeps, ToolResult } from '../../../telemetry/gpu/probe_types.ts'
import { startGpuMonitor } from '../../../telemetry/gpu/start_gpu_monitor.ts'
import type { GpuMonitor, GpuView } from '../../../telemetry/gpu/types.ts'

/** What takes so long has come to a stop, however busy the machine is. */
const HANG = { timeout: 60_000 }

const FIXTURES = fileURLToPath(new URL('../../fixtures/gpu/', import.meta.url))
const NOWHERE = '/nonexistent'
const AMD_STATIC = 'amd-smi static --asic --vram --driver --json'
const AMD_METRIC = 'amd-smi metric --mem-usage --json'
const NVIDIA = 'nvidia-smi --query-gpu=index,name,memory.total,driver_version --format=csv,noheader,nounits'
const PROFILER = 'system_profiler SPDisplaysDataType -json'
const IOREG = 'ioreg -r -d 1 -w 0 -c IOAccelerator'

const TWO_A100 = '0, NVIDIA A100-SXM4-40GB, 40960, 550.54.15\n1, NVIDIA A100-SXM4-40GB, 40960, 550.54.15\n'

function fixture(name: string): ToolResult {
  return { kind: 'output', text: readFileSync(FIXTURES + name, 'utf8') }
}

const open: GpuMonitor[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((monitor) => monitor.close()))
})

/** A host on which these commands answer and no other tool is installed. */
async function startOn(
  tools: Record<string, ToolResult>,
  { config = {}, ...deps }: Partial<ProbeDeps> & { config?: Partial<GpuConfig> } = {},
) {
  const asked: string[] = []
  const warnings: string[] = []
  const run = async (command: string, args: readonly string[]): Promise<ToolResult> => {
    asked.push([command, ...args].join(' '))
    return tools[[command, ...args].join(' ')] ?? { kind: 'missing' }
  }
  const monitor = await startGpuMonitor({
    config: { probe: true, ...config },
    env: { PATH: NOWHERE },
    warn: (text) => void warnings.push(text),
    deps: {
      platform: 'linux',
      run,
      root: NOWHERE,
      importOptional: async () => null,
      totalMemory: () => 64 * 2 ** 30,
      ...deps,
    },
  })
  open.push(monitor)
  return { monitor, asked, warnings }
}

/** The highest memory in use over a window in which the sampler has read. */
async function peakOf(monitor: GpuView): Promise<number | null> {
  const window = monitor.openWindow()
  await new Promise((resolve) => setImmediate(resolve))
  return window.close()
}

describe('NVIDIA by nvidia-smi', () => {
  it('names the accelerators that the settings choose, not the display adapter beside them', async () => {
    const { monitor, warnings } = await startOn({ [NVIDIA]: fixture('nvidia-smi.csv') })
    expect(monitor.select({ devices: [0, 1] }).facts()).toEqual({
      gpu_name: 'NVIDIA A100-SXM4-40GB',
      gpu_count: 2,
      vram_total_mb: 81_920,
      driver_version: '550.54.15',
      source: 'nvidia-smi',
    })
    expect(warnings).toEqual([])
  })

  it('has null for memory that a device does not tell', async () => {
    const { monitor } = await startOn({ [NVIDIA]: { kind: 'output', text: '0, NVIDIA GB10, [N/A], 580.95.05\n' } })
    expect(monitor.facts()).toMatchObject({ gpu_name: 'NVIDIA GB10', gpu_count: 1, vram_total_mb: null })
  })

  it('tries the next tool, with a warning, if it fails', async () => {
    const why = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
    const { monitor, warnings } = await startOn({
      [NVIDIA]: { kind: 'failed', why },
      [AMD_STATIC]: fixture('amd-smi-static.json'),
    })
    expect(monitor.facts().source).toBe('amd-smi')
    expect(warnings).toEqual([`nvidia-smi is installed but failed: ${why}`])
  })

  it('is not read from other output', async () => {
    const { monitor } = await startOn({ [NVIDIA]: { kind: 'output', text: 'No devices were found\n' } })
    expect(monitor.facts().source).toBe('none')
  })
})

describe('AMD by the files of its driver', () => {
  it('names the device and reads its memory', async () => {
    const { monitor, asked } = await startOn({}, { root: `${FIXTURES}amd-sysfs` })
    const gpu = monitor.select({ devices: [1] })
    expect(gpu.facts()).toEqual({
      gpu_name: 'AMD INSTINCT MI210',
      gpu_count: 1,
      vram_total_mb: 65_520,
      driver_version: '6.8.5',
      source: 'amd-sysfs',
    })
    expect(await peakOf(gpu)).toBe(1)
    expect(asked).toEqual([NVIDIA])
  })

  it('names a device without a name of its own by its ids', async () => {
    const probe = await probeAmdSysfs({ root: `${FIXTURES}amd-sysfs`, platform: 'linux' } as ProbeDeps)
    expect(probe?.devices).toEqual([
      { name: 'AMD Radeon RX 7900 XTX', vram_total_mb: 24_560, driver_version: '6.8.5' },
      { name: 'AMD INSTINCT MI210', vram_total_mb: 65_520, driver_version: '6.8.5' },
    ])
  })
})

describe('AMD by amd-smi', () => {
  it('names the device and reads its memory', async () => {
    const { monitor } = await startOn({
      [AMD_STATIC]: fixture('amd-smi-static.json'),
      [AMD_METRIC]: fixture('amd-smi-metric.json'),
    })
    expect(monitor.facts()).toEqual({
      gpu_name: 'AMD Instinct MI210',
      gpu_count: 1,
      vram_total_mb: 65_520,
      driver_version: '6.8.5',
      source: 'amd-smi',
    })
    expect(await peakOf(monitor)).toBe(17_153)
  })

  it('is read behind the warnings that it prints, and has null if a device does not report it', async () => {
    const { monitor } = await startOn({ [AMD_STATIC]: fixture('amd-smi-static-rocm7.txt') })
    expect(monitor.facts()).toMatchObject({ gpu_name: 'AMD Instinct MI300X', gpu_count: 2, vram_total_mb: null })
    expect(await peakOf(monitor)).toBeNull()
  })
})

describe('Apple', () => {
  const tools = { [PROFILER]: fixture('system_profiler.json'), [IOREG]: fixture('ioreg.txt') }

  it('names the chip; its memory is the machine’s', async () => {
    const { monitor } = await startOn(tools, { platform: 'darwin' })
    expect(monitor.facts()).toEqual({
      gpu_name: 'Apple M3 Max',
      gpu_count: 1,
      vram_total_mb: 65_536,
      driver_version: null,
      source: 'apple',
    })
    expect(await peakOf(monitor)).toBe(4588)
  })

  it('is not asked on another system', async () => {
    const { asked } = await startOn(tools)
    expect(asked).not.toContain(PROFILER)
  })
})

describe('Intel', () => {
  it('names the device and adds the memory of its tiles', async () => {
    const { monitor } = await startOn({
      'xpu-smi discovery -j': fixture('xpu-smi-discovery.json'),
      'xpu-smi discovery -d 0 -j': fixture('xpu-smi-discovery-0.json'),
      'xpu-smi stats -d 0 -j': fixture('xpu-smi-stats-0.json'),
    })
    expect(monitor.facts()).toEqual({
      gpu_name: 'Intel(R) Data Center GPU Max 1100',
      gpu_count: 1,
      vram_total_mb: 49_136,
      driver_version: 'I915_23.10.72_PSB_231129.76',
      source: 'intel',
    })
    await vi.waitFor(async () => expect(await peakOf(monitor)).toBe(8293), HANG)
  })
})

describe('a host without a tool', () => {
  it('is normal, and said once', async () => {
    const { monitor, asked, warnings } = await startOn({})
    expect(warnings).toEqual([])
    const engines = [monitor.select({}), monitor.select({ count: 2 })]
    expect(engines.map((gpu) => gpu.facts().gpu_count)).toEqual([1, 2])
    expect(monitor.facts()).toEqual({
      gpu_name: 'unknown',
      gpu_count: 1,
      vram_total_mb: null,
      driver_version: null,
      source: 'none',
    })
    expect(monitor.openWindow().close()).toBeNull()
    expect(asked).toEqual([NVIDIA, AMD_STATIC, 'xpu-smi discovery -j'])
    expect(warnings).toEqual([
      'No GPU tool found a device (nvidia-smi, amdgpu, amd-smi, system_profiler, xpu-smi). Samples have gpu_name "unknown"; ' +
        'to name it, set name in [gpu] of the config file, or ORCH_GPU_NAME.',
    ])
  })

  it('is named by the settings', async () => {
    const config = { name: 'Some Accelerator', count: 4, vram_total_mb: 64_000, driver_version: '1.0' }
    const { monitor, warnings } = await startOn({}, { config })
    expect(monitor.facts()).toEqual({
      gpu_name: 'Some Accelerator',
      gpu_count: 4,
      vram_total_mb: 64_000,
      driver_version: '1.0',
      source: 'config',
    })
    expect(warnings).toEqual([])
  })

  it('asks nothing if the settings forbid it', async () => {
    const { monitor, asked, warnings } = await startOn(
      { [NVIDIA]: fixture('nvidia-smi.csv') },
      { config: { probe: false } },
    )
    expect(monitor.facts().source).toBe('none')
    expect([asked, warnings]).toEqual([[], []])
  })
})

describe('the settings above a tool', () => {
  const tools = { [AMD_STATIC]: fixture('amd-smi-static.json'), [AMD_METRIC]: fixture('amd-smi-metric.json') }

  it('rename the device, whose memory is read on', async () => {
    const { monitor } = await startOn(tools, { config: { name: 'AMD Instinct MI210 (custom)' } })
    expect(monitor.facts()).toMatchObject({
      gpu_name: 'AMD Instinct MI210 (custom)',
      source: 'amd-smi',
      vram_total_mb: 65_520,
    })
    expect(await peakOf(monitor)).toBe(17_153)
  })

  it('take a part of the devices, and with it their part of the total and nothing of the memory in use', async () => {
    const { monitor } = await startOn({ [NVIDIA]: { kind: 'output', text: TWO_A100 } }, { config: { count: 1 } })
    expect(monitor.facts()).toMatchObject({ gpu_count: 1, vram_total_mb: 40_960 })
    expect(monitor.openWindow().close()).toBeNull()
  })
})

const MIXED_HOST: AmdDevice[] = [
  { name: 'AMD Instinct MI210', total: 65_520, used: 17_153 },
  { name: 'AMD Radeon PRO W7900', total: 49_136, used: 20 },
  { name: 'AMD Instinct MI210', total: 65_520, used: 300 },
]

interface AmdDevice {
  name: string
  total: number
  used: number
}

function amdStatic(devices: readonly AmdDevice[]): ToolResult {
  const entries = devices.map(({ name, total }) => ({ asic: { market_name: name }, vram: { size: { value: total } } }))
  return { kind: 'output', text: JSON.stringify(entries) }
}

function amdMetric(devices: readonly AmdDevice[]): ToolResult {
  const entries = devices.map(({ used }) => ({ mem_usage: { used_vram: { value: used, unit: 'MB' } } }))
  return { kind: 'output', text: JSON.stringify(entries) }
}

describe('a host with GPUs of several models', () => {
  const tools = { [AMD_STATIC]: amdStatic(MIXED_HOST), [AMD_METRIC]: amdMetric(MIXED_HOST) }
  const MIXED =
    'The host has GPUs of several models (0: AMD Instinct MI210, 1: AMD Radeon PRO W7900, 2: AMD Instinct MI210, as amd-smi lists them). Samples have gpu_name "unknown" until the settings say which of them an engine uses, for example gpu = { devices = [0] } in its [[upstream]].'

  it('does not guess which of them an engine uses, and says so once', async () => {
    const { monitor, warnings } = await startOn(tools)
    expect(warnings).toEqual([])
    for (const gpu of [monitor.select({}), monitor.select({ count: 1 })]) {
      expect(gpu.facts()).toMatchObject({ gpu_name: 'unknown', vram_total_mb: null })
      expect(await peakOf(gpu)).toBeNull()
    }
    expect(warnings).toEqual([MIXED])
  })

  it.each([
    [{ devices: [0, 2] }, { gpu_name: 'AMD Instinct MI210', gpu_count: 2, vram_total_mb: 131_040 }, 17_153 + 300],
    [{ devices: [1] }, { gpu_name: 'AMD Radeon PRO W7900', gpu_count: 1, vram_total_mb: 49_136 }, 20],
    [{ name: 'AMD Radeon PRO W7900' }, { gpu_name: 'AMD Radeon PRO W7900', gpu_count: 1, vram_total_mb: 49_136 }, 20],
    [{ devices: [0, 1] }, { gpu_name: 'unknown', gpu_count: 2, vram_total_mb: 114_656 }, 17_153 + 20],
    [{ devices: [1], name: 'W7900', count: 1 }, { gpu_name: 'W7900', gpu_count: 1, vram_total_mb: 49_136 }, 20],
    [{ devices: [3] }, { gpu_name: 'unknown', vram_total_mb: null }, null],
  ])('has the GPUs of %j as the settings say', async (choice, facts, peak) => {
    const { monitor } = await startOn(tools)
    const gpu = monitor.select(choice)
    expect(gpu.facts()).toMatchObject(facts)
    expect(await peakOf(gpu)).toBe(peak)
  })

  it('says which devices there are if the settings name another one', async () => {
    const { monitor, warnings } = await startOn(tools)
    monitor.select({ devices: [1, 3] }).facts()
    expect(warnings).toEqual([
      'gpu.devices: expected numbers from 0 to 2, as amd-smi lists the GPUs of the host, found 3. Samples of this engine have gpu_name "unknown".',
    ])
  })
})

it('an engine on a part of the GPUs has their memory, whatever [gpu] says of all', async () => {
  const config = { name: 'Custom', count: 3, vram_total_mb: 180_000 }
  const { monitor } = await startOn({ [AMD_STATIC]: amdStatic(MIXED_HOST) }, { config })
  expect(monitor.select({ devices: [0] }).facts()).toMatchObject({
    gpu_name: 'Custom',
    gpu_count: 1,
    vram_total_mb: 65_520,
  })
  const { monitor: told } = await startOn({}, { config: { ...config, probe: false } })
  expect(told.select({ devices: [0] }).facts()).toMatchObject({
    gpu_name: 'Custom',
    gpu_count: 1,
    vram_total_mb: 60_000,
  })
})

describe('the name of a device', () => {
  it.each([
    ['NVIDIA H100 80GB HBM3', 'NVIDIA H100 80GB HBM3'],
    ['NVIDIA® GeForce™ RTX 4090', 'NVIDIA GeForce RTX 4090'],
    ['Intel(R) Arc(TM) A770 Graphics', 'Intel(R) Arc(TM) A770 Graphics'],
    ['Radeon 840M / 860M Graphics', 'Radeon 840M / 860M Graphics'],
    ['AMD Ryzen AI w/ Radeon', 'AMD Ryzen AI w Radeon'],
    ['[AMD/ATI] Navi 31', 'AMD ATI Navi 31'],
    ['Intel(R) Graphics [0xe223]', 'Intel(R) Graphics 0xe223'],
    [`X${'y'.repeat(100)}`, `X${'y'.repeat(63)}`],
    ['\u202e§§', 'unknown'],
    ['', 'unknown'],
  ])('%j is %j', (name, expected) => {
    expect(cleanGpuName(name)).toBe(expected)
  })
})
