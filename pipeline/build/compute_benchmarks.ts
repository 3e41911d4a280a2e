import { aggregateBenchmarks, type BenchmarkFigures } from '../aggregate/benchmarks.ts'
import type { CacheFolder } from '../cache/cache_folder.ts'
import type { ContentKeys } from '../cache/content_keys.ts'
import type { Database } from '../lib/database.ts'
import type { DataFile } from '../read/discover.ts'
import { isUnchanged } from '../read/file_stamp.ts'
import type { Findings } from '../review/file_findings.ts'
import { type BenchmarkReviewOptions, reviewBenchmarks } from '../review/review_benchmarks.ts'

/** What was found in benchmark files, and what is published of them. */
type Benchmarks = { findings: Findings[]; figures: BenchmarkFigures }

/** The database may still be opening. */
type BenchmarkOptions = Required<BenchmarkReviewOptions> & {
  opening: Promise<Database>
  cache: CacheFolder
  keys: ContentKeys
}

/** Reviews and aggregates benchmark files, unless the cache holds what that gives. */
export async function computeBenchmarks(files: readonly DataFile[], options: BenchmarkOptions): Promise<Benchmarks> {
  const { cache, keys, catalog, publishedMonth, opening } = options
  const named = files.map(({ path }) => [path, keys.get(path)])
  const name = cache.nameOf('benchmarks', catalog.fingerprint, JSON.stringify([[...publishedMonth], named]))
  const known = cache.read<Benchmarks>(name)
  if (known !== null) return known
  const { findings, rows } = await reviewBenchmarks(files, options)
  const none = { matrix: [], cells: [], serving: [], bins: [] }
  const figures = rows.length > 0 ? await aggregateBenchmarks((await opening).connection, rows) : none
  // What was read while a file changed has no name.
  if (files.every(isUnchanged)) await cache.write(name, { findings, figures })
  return { findings, figures }
}
