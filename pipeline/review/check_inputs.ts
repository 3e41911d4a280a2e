import type { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import { checkFiles, type OnProgress } from './check.ts'
import type { CheckResult } from './check_result.ts'
import { joinFindings } from './join_findings.ts'
import { reviewBenchmarks } from './review_benchmarks.ts'

interface CheckInputsOptions {
  catalog: CatalogIndex
  /** A folder for unpacked and rewritten files. */
  scratch: string
  onProgress?: OnProgress
}

/** Checks files of both kinds: benchmarks line by line, samples by scan. */
export async function checkInputs(
  files: readonly DataFile[],
  { catalog, scratch, onProgress }: CheckInputsOptions,
): Promise<CheckResult> {
  const { curated = [], community = [] } = Object.groupBy(files, ({ kind }) => kind)
  const benchmarks = await reviewBenchmarks(curated, { catalog, scratch })
  const onChecked = (done: number) => onProgress?.(curated.length + done, files.length)
  onChecked(0)
  const samples = await checkFiles(community, { catalog, scratch, onProgress: onChecked })
  return joinFindings(files, samples, benchmarks)
}
