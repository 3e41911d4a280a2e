/** Product names that cover two parts, with the memory (GB) from which a board is the larger one. */
const BY_MEMORY: Record<string, { from_gb: number; small: string; large: string }> = {
  'nvidia geforce rtx 3080': { from_gb: 11, small: 'nvidia-rtx-3080-10gb', large: 'nvidia-rtx-3080-12gb' },
  'nvidia geforce rtx 4060 ti': { from_gb: 10, small: 'nvidia-rtx-4060-ti-8gb', large: 'nvidia-rtx-4060-ti-16gb' },
  'nvidia geforce rtx 5060 ti': { from_gb: 10, small: 'nvidia-rtx-5060-ti-8gb', large: 'nvidia-rtx-5060-ti-16gb' },
  'apple m5 max': { from_gb: 47, small: 'apple-m5-max-32gpu', large: 'apple-m5-max' },
  'amd radeon rx 9060 xt': { from_gb: 10, small: 'amd-rx-9060-xt-8gb', large: 'amd-rx-9060-xt-16gb' },
}

/** Integrated GPUs that report one name for two parts, which are distinguished by the name of the processor. */
const BY_CPU: Record<string, { pattern: RegExp; id: string }[]> = {
  'radeon 840m / 860m graphics': [
    { pattern: /860M|AI 7 350/, id: 'amd-radeon-860m' },
    { pattern: /840M|AI 5 340/, id: 'amd-radeon-840m' },
  ],
  'intel arc graphics 130v/140v (integrated)': [
    { pattern: /Ultra [79] 2\d\dV/, id: 'intel-arc-140v' },
    { pattern: /Ultra 5 2\d\dV/, id: 'intel-arc-130v' },
  ],
}

/**
 * The catalogue id of a GPU whose reported name covers two parts, from the memory of one board in GB and the name of the processor;
 * null if the name is not one of those, or the part cannot be determined.
 */
export function gpuVariant(name: string, memory_gb: number | null, cpu: string): string | null {
  const key = name.toLowerCase()
  const memory = BY_MEMORY[key]
  if (memory !== undefined && memory_gb !== null) return memory_gb >= memory.from_gb ? memory.large : memory.small
  return BY_CPU[key]?.find(({ pattern }) => pattern.test(cpu))?.id ?? null
}
