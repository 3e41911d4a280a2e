import type { DataFile } from '../read/discover.ts'
import type { CheckResult } from './check_result.ts'
import type { BenchmarkFindings } from './review_benchmarks.ts'

/** What a check of samples and a review of benchmarks found, in order of the files that each read some of. */
export function joinFindings(
  files: readonly DataFile[],
  samples: CheckResult,
  benchmarks: BenchmarkFindings,
): CheckResult {
  const places = new Map(files.map(({ path }, place) => [path, place]))
  const inOrder = <T extends { path: string }>(some: readonly T[], others: readonly T[]) =>
    [...others, ...some].sort((a, b) => places.get(a.path)! - places.get(b.path)!)
  return {
    verdicts: inOrder(samples.verdicts, benchmarks.verdicts),
    rejections: inOrder(samples.rejections, benchmarks.rejections),
    quarantines: inOrder(samples.quarantines, benchmarks.quarantines),
    partitions: samples.partitions,
  }
}
