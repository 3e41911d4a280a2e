import { describe, expect, it } from 'vitest'
import { probeNvml } from '../../../telemetry/gpu/nvml.ts'
import type { GpuProbe, ProbeDeps } from '../../../telemetry/gpu/probe_types.ts'

const MB = 1_048_576n
const NAME = 'NVIDIA H100 80GB HBM3'

/** The interface of koffi over a library with two devices; `memory_v2: false` is a driver before 510. */
function fakeKoffi({ devices = 2, memory_v2 = true, init = 0 } = {}) {
  const loaded: string[] = []
  const calls: string[] = []
  const fill = (buffer: Buffer, text: string) => buffer.write(`${text}\0`)
  const library: Record<string, (...args: never[]) => number> = {
    nvmlInit_v2: () => init,
    nvmlShutdown: () => 0,
    nvmlDeviceGetCount_v2: (count: [number]) => {
      count[0] = devices
      return 0
    },
    nvmlDeviceGetHandleByIndex_v2: (index: number, handle: [unknown]) => {
      handle[0] = { device: index }
      return 0
    },
    nvmlDeviceGetName: (_: unknown, name: Buffer) => (fill(name, NAME) > 0 ? 0 : 1),
    nvmlSystemGetDriverVersion: (text: Buffer) => (fill(text, '550.54.15') > 0 ? 0 : 1),
    nvmlDeviceGetMemoryInfo: ({ device }: { device: number }, memory: Buffer) => {
      memory.writeBigUInt64LE(81_559n * MB, 0)
      memory.writeBigUInt64LE(BigInt(device + 1) * 1000n * MB + 500n * MB, 16)
      return 0
    },
  }
  if (memory_v2) {
    library.nvmlDeviceGetMemoryInfo_v2 = ({ device }: { device: number }, memory: Buffer) => {
      if (memory.length !== 40 || memory.readUInt32LE(0) !== 0x02000028) return 25
      memory.writeBigUInt64LE(81_559n * MB, 8)
      memory.writeBigUInt64LE(BigInt(device + 1) * 1000n * MB, 32)
      return 0
    }
  }
  const func = (declaration: string) => {
    const name = /(\w+)\(/.exec(declaration)?.[1] ?? ''
    const call = library[name]
    if (call === undefined) throw new Error(`Cannot find function '${name}' in shared library`)
    return (...args: never[]) => {
      calls.push(name)
      return call(...args)
    }
  }
  const load = (path: string) => {
    loaded.push(path)
    return { func }
  }
  return { koffi: { default: { load } }, loaded, calls }
}

function probe(koffi: unknown, platform: NodeJS.Platform = 'linux') {
  return probeNvml({ platform, importOptional: async (name: string) => (name === 'koffi' ? koffi : null) } as ProbeDeps)
}

function readMemory(probe: GpuProbe | null): unknown {
  return probe?.memory?.kind === 'read' ? probe.memory.read() : undefined
}

describe('NVIDIA by its management library', () => {
  it('names the devices and reads their memory without what the driver reserves', async () => {
    const { koffi, loaded, calls } = fakeKoffi()
    const found = await probe(koffi)
    const device = { name: NAME, vram_total_mb: 81_559, driver_version: '550.54.15' }
    expect(found).toMatchObject({ source: 'nvml', devices: [device, device] })
    expect(readMemory(found)).toEqual([1000, 2000])
    expect(loaded).toEqual(['libnvidia-ml.so.1'])
    expect(calls).not.toContain('nvmlShutdown')
    await found?.close()
    expect(calls.at(-1)).toBe('nvmlShutdown')
  })

  it('reads the memory of an older driver with what that reserves', async () => {
    const found = await probe(fakeKoffi({ memory_v2: false }).koffi)
    expect(readMemory(found)).toEqual([1500, 2500])
  })

  it('is looked for under its name on Windows', async () => {
    const { koffi, loaded } = fakeKoffi()
    await probe(koffi, 'win32')
    expect(loaded).toEqual(['nvml.dll'])
  })

  it.each([
    ['koffi is not installed', null],
    [
      'there is no driver',
      {
        default: {
          load: () => {
            throw new Error('cannot open shared object file')
          },
        },
      },
    ],
    ['the driver does not answer', fakeKoffi({ init: 9 }).koffi],
    ['there is no device', fakeKoffi({ devices: 0 }).koffi],
  ])('finds nothing, quietly, if %s', async (_, koffi) => {
    expect(await probe(koffi)).toBeNull()
  })
})
