/** A line of results.jsonl; only the keys that are read. Times of samples in nanoseconds, start in milliseconds. */
export interface BenchResult {
  start_time: number
  mode: 'pp' | 'tg'
  value: number
  bench_raw: BenchRaw | null
  gtt_peak_mib: number
  avg_power_w: number
  build: string
  fa: string
  b: string
  hipblaslt: string
}

/** What llama-bench printed. */
export interface BenchRaw {
  build_number: number
  gpu_info: string
  model_filename: string
  n_prompt: number
  n_gen: number
  n_depth: number
  test_time: string
  samples_ns: number[]
}

/** `llama.cpp-vulkan_amdvlk` → `vulkan-amdvlk`. */
export function backendOf(build: string): string {
  return build.replace(/^llama\.cpp-/, '').replaceAll('_', '-')
}

/** The build number of the successful tests of each backend; null if there are several. */
export function buildNumbers(results: readonly BenchResult[]): Map<string, number | null> {
  const numbers = new Map<string, number | null>()
  for (const { build, bench_raw } of results) {
    if (bench_raw === null) continue
    const known = numbers.get(build)
    numbers.set(build, known === undefined || known === bench_raw.build_number ? bench_raw.build_number : null)
  }
  return numbers
}
