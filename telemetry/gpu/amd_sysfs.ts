import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAmdGpuIds } from './amdgpu_ids.ts'
import { BYTES_PER_MB, type GpuDevice, type GpuProbe, type ProbeDeps } from './probe_types.ts'

const AMD_VENDOR = '0x1002'
const PERIOD_MS = 1000

/**
 * AMD by the files of the amdgpu driver: memory in `mem_info_vram_{used,total}` (bytes), the name in `product_name` if the board
 * has one, else by its ids in libdrm's table. Needs no ROCm and no privileges.
 */
export async function probeAmdSysfs({ root, platform }: ProbeDeps): Promise<GpuProbe | null> {
  if (platform !== 'linux') return null
  const folders = findAmdDevices(join(root, 'sys/class/drm'))
  if (folders.length === 0) return null
  const driver = readText(join(root, 'sys/module/amdgpu/version'))
  const names = readDeviceNames(root)
  const read = () => folders.map((folder) => readMb(join(folder, 'mem_info_vram_used')))
  return {
    source: 'amd-sysfs',
    devices: folders.map((folder) => describe(folder, names, driver)),
    memory: { kind: 'read', interval_ms: PERIOD_MS, read },
    close() {},
  }
}

/** In the order of the cards' numbers; connectors (`card0-DP-1`) and devices that report no memory are left out. */
function findAmdDevices(drm: string): string[] {
  const cards = listFolder(drm).filter((name) => /^card\d+$/.test(name))
  return cards
    .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)))
    .map((card) => join(drm, card, 'device'))
    .filter((folder) => readText(join(folder, 'vendor')) === AMD_VENDOR)
    .filter((folder) => readMb(join(folder, 'mem_info_vram_total')) !== null)
}

function describe(folder: string, names: ReadonlyMap<string, string>, driver: string | null): GpuDevice {
  const id = readText(join(folder, 'device'))?.slice(2)
  const revision = readText(join(folder, 'revision'))?.slice(2)
  const name = readText(join(folder, 'product_name')) || names.get(`${id}:${revision}`.toUpperCase()) || ''
  return { name, vram_total_mb: readMb(join(folder, 'mem_info_vram_total')), driver_version: driver }
}

function readDeviceNames(root: string): Map<string, string> {
  return parseAmdGpuIds(readText(join(root, 'usr/share/libdrm/amdgpu.ids')) ?? '')
}

function readMb(path: string): number | null {
  const text = readText(path)
  return text !== null && /^\d+$/.test(text) ? Math.round(Number(text) / BYTES_PER_MB) : null
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return null
  }
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
