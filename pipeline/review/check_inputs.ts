import type { DataFile } from '../read/discover.ts'
import { type CheckOptions, checkFiles } from './check.ts'
import { type Findings, sortFindings } from './file_findings.ts'
import { reviewBenchmarks } from './review_benchmarks.ts'

/** Checks files of both kinds: benchmarks line by line, samples by scan. */
export async function checkInputs(
  files: readonly DataFile[],
  { onProgress, ...options }: CheckOptions,
): Promise<Findings[]> {
  const { curated = [], community = [] } = Object.groupBy(files, ({ kind }) => kind)
  const benchmarks = await reviewBenchmarks(curated, options)
  const onChecked = (done: number) => onProgress?.(curated.length + done, files.length)
  onChecked(0)
  const samples = await checkFiles(community, { ...options, onProgress: onChecked })
  return sortFindings([...samples.findings, ...benchmarks], files)
}
