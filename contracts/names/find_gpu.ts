import type { Gpu } from '../catalog.ts'
import { addTo, fold } from './fold.ts'
import { readGpuName } from './read_gpu_name.ts'

/** What finding names takes of the catalogue's entry of a GPU. */
export type NamedGpu = Pick<Gpu, 'id' | 'name' | 'aliases' | 'bandwidth_ceiling_gbps'> &
  Partial<Pick<Gpu, 'memory_gb' | 'memory_shared' | 'memory_options_gb' | 'shared_names'>>

export type FoundGpu = { gpu: NamedGpu } | { not_found: 'unknown' | 'ambiguous' | 'part'; candidates: string[] }

/** A total within this factor of a board's memory is that board's: drivers keep some back, ECC takes up to 6.25 %, and 1 GB is 1,000 or 1,024 MB. */
const MEMORY_FACTOR = 1.13
const MB_PER_GB = 1024

/** More memory than this many times that of any board sold under a name is another board: cards are refitted with twice the memory. */
const REFITTED = 1.5
/** `40-core` of a chip that has several counts, which the catalogue need not tell apart. */
const CORE_COUNT = /-\d+-core$/

/** Finds GPUs by the names that drivers and people give them: exact alias, then the words of the product; memory tells variants apart. */
export class GpuIndex {
  readonly #byName = new Map<string, NamedGpu>()
  readonly #byKey = new Map<string, NamedGpu[]>()

  constructor(gpus: readonly NamedGpu[]) {
    for (const gpu of gpus) {
      for (const name of [gpu.id, gpu.name, ...gpu.aliases]) {
        this.#byName.set(fold(name), gpu)
        addTo(this.#byKey, readGpuName(name).key, gpu)
      }
      for (const name of gpu.shared_names ?? []) addTo(this.#byKey, readGpuName(name).key, gpu)
    }
  }

  names(): string[] {
    return [...this.#byName.keys()]
  }

  /** @param boardMemoryMb memory of one GPU, null where it is not known */
  find(raw: string, boardMemoryMb: number | null): FoundGpu {
    const exact = this.#byName.get(fold(raw))
    if (exact !== undefined) return whole(exact, boardMemoryMb)
    const { key, memory_gb, is_part } = readGpuName(raw)
    if (is_part) return { not_found: 'part', candidates: [] }
    const gpus = this.#byKey.get(key) ?? this.#byKey.get(key.replace(CORE_COUNT, '')) ?? []
    const stated = memory_gb === null ? gpus : gpus.filter((gpu) => hasMemory(gpu, memory_gb))
    if (stated.length === 0) return { not_found: 'unknown', candidates: gpus.map(({ name }) => name) }
    const fitting = stated.length === 1 ? stated : withMemory(stated, boardMemoryMb)
    const [gpu, ...others] = fitting
    if (gpu !== undefined && others.length === 0) return whole(gpu, boardMemoryMb)
    return { not_found: 'ambiguous', candidates: stated.map(({ name }) => name) }
  }
}

function whole(gpu: NamedGpu, boardMemoryMb: number | null): FoundGpu {
  const most = Math.max(...sizesOf(gpu))
  const isRefitted = !gpu.memory_shared && boardMemoryMb !== null && boardMemoryMb / MB_PER_GB > REFITTED * most
  return isRefitted && Number.isFinite(most) ? { not_found: 'unknown', candidates: [gpu.name] } : { gpu }
}

/** The GPUs of a name whose memory is nearest to the one reported, if it is near at all. */
function withMemory(gpus: NamedGpu[], boardMemoryMb: number | null): NamedGpu[] {
  if (boardMemoryMb === null || boardMemoryMb <= 0) return []
  const distances = gpus.map((gpu) => distanceOf(gpu, boardMemoryMb / MB_PER_GB))
  const nearest = Math.min(...distances)
  if (nearest > Math.log(MEMORY_FACTOR)) return []
  return gpus.filter((_, place) => distances[place]! <= nearest)
}

function distanceOf(gpu: NamedGpu, memoryGb: number): number {
  return Math.min(...sizesOf(gpu).map((size) => Math.abs(Math.log(memoryGb / size))))
}

function hasMemory(gpu: NamedGpu, memoryGb: number): boolean {
  const sizes = sizesOf(gpu)
  return sizes.length === 0 || sizes.some((size) => Math.abs(size - memoryGb) < 1)
}

/** Every memory size that boards of the name are sold with. */
function sizesOf({ memory_options_gb, memory_gb }: NamedGpu): number[] {
  return memory_options_gb ?? (memory_gb === null || memory_gb === undefined ? [] : [memory_gb])
}
