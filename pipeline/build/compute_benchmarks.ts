import { createHash } from 'node:crypto'
import { BenchmarkTable } from '../aggregate/benchmark_table.ts'
import { aggregateBenchmarks, type BenchmarkFigures } from '../aggregate/benchmarks.ts'
import type { CacheFolder } from '../cache/cache_folder.ts'
import type { FileKeys } from '../cache/content_keys.ts'
import type { Database } from '../lib/database.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import { type BenchmarkFindings, reviewBenchmarks } from '../review/review_benchmarks.ts'

/** What was found in benchmark files, and what is published of them. */
export interface Benchmarks {
  findings: BenchmarkFindings
  figures: BenchmarkFigures
  /** A hash of all that the figures follow from; null where later builds could not rely on it. */
  fingerprint: string | null
}

export interface BenchmarkOptions {
  catalog: CatalogIndex
  /** A folder for unpacked files. */
  scratch: string
  /** Month of publication by source id, for rows without a day. */
  publishedMonth: ReadonlyMap<string, string>
  /** May still be opening. */
  opening: Promise<Database>
  /** Where former results are, and what names the content of files. */
  kept?: { cache: CacheFolder; keys: FileKeys } | undefined
}

/** Reviews and aggregates benchmark files, unless the cache holds what that gives. */
export async function computeBenchmarks(files: readonly DataFile[], options: BenchmarkOptions): Promise<Benchmarks> {
  const { kept } = options
  const fingerprint = kept ? fingerprintFiles(files, options, kept.keys) : null
  if (!kept || fingerprint === null) return { ...(await computeNow(files, options)), fingerprint: null }
  const name = kept.cache.nameOf('benchmarks', fingerprint)
  const known = kept.cache.read<Omit<Benchmarks, 'fingerprint'>>(name)
  if (known !== null) return { ...known, fingerprint }
  const computed = await computeNow(files, options)
  // What was read while a file changed has no name.
  if (!files.every((file) => kept.keys.isUnchanged(file))) return { ...computed, fingerprint: null }
  await kept.cache.write(name, computed)
  return { ...computed, fingerprint }
}

async function computeNow(
  files: readonly DataFile[],
  { catalog, scratch, publishedMonth, opening }: BenchmarkOptions,
): Promise<Omit<Benchmarks, 'fingerprint'>> {
  if (files.length === 0) {
    const findings = await reviewBenchmarks(files, { catalog, scratch })
    return { findings, figures: { matrix: [], cells: [], bins: [] } }
  }
  const { connection } = await opening
  const table = await BenchmarkTable.create(connection)
  const findings = await reviewBenchmarks(files, { catalog, scratch, publishedMonth, onRow: (row) => table.add(row) })
  table.close()
  return { findings, figures: await aggregateBenchmarks(connection) }
}

/** Null where the content of a file has no name. */
function fingerprintFiles(
  files: readonly DataFile[],
  { catalog, publishedMonth }: BenchmarkOptions,
  keys: FileKeys,
): string | null {
  const named = files.map((file) => [file.path, file.owner, file.month, keys.of(file)])
  if (named.some(([, , , key]) => key === null)) return null
  const inputs = JSON.stringify([catalog.fingerprint, [...publishedMonth], named])
  return createHash('sha256').update(inputs).digest('hex')
}
