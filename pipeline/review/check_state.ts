import { type CacheFolder, CacheLost } from '../cache/cache_folder.ts'
import { type PackedStratum, Partition } from '../strata/partition.ts'
import type { CheckResult } from './check_result.ts'
import type { IdTable } from './sample_ids.ts'

/** What a check of some files found, for the next check to start from. */
export interface CheckState {
  /** Path and content key of each file. */
  files: [string, string][]
  result: CheckResult
  /** Where the ids of all samples lie, those that count nowhere among them. */
  ids: IdTable[]
}

/** A state as the cache keeps it: strata lie in entries of their own, of which most serve many states. */
interface KeptState extends Omit<CheckState, 'result'> {
  context: string
  result: Omit<CheckResult, 'partitions'>
  /** Key and fingerprint. */
  partitions: [string, string][]
}

/** The states of former builds under the same catalogue and code, the newest first. */
export function readStates(cache: CacheFolder, context: string): CheckState[] {
  return cache.list('state').flatMap((name) => {
    const kept = cache.read<KeptState>(name)
    if (kept?.context !== context || !kept.ids.every((table) => cache.has(table.name))) return []
    const { files, ids, result, partitions } = kept
    return [
      { files, ids, result: { ...result, partitions: partitions.map((names) => openPartition(cache, ...names)) } },
    ]
  })
}

/** Keeps a state for later builds. */
export async function keepState(
  cache: CacheFolder,
  context: string,
  { files, ids, result: { partitions, ...result } }: CheckState,
): Promise<void> {
  for (const partition of partitions) {
    const name = nameOf(cache, partition.fingerprint)
    if (!cache.has(name)) await cache.write(name, partition.packed())
  }
  const names = partitions.map(({ key, fingerprint }): [string, string] => [key, fingerprint])
  const kept: KeptState = { context, files, ids, result, partitions: names }
  await cache.write(cache.freshName('state'), kept)
}

/** The strata are read when they are needed; then they must be there. */
function openPartition(cache: CacheFolder, key: string, fingerprint: string): Partition {
  return Partition.sealed(key, fingerprint, () => {
    const strata = cache.read<PackedStratum[]>(nameOf(cache, fingerprint))
    if (strata === null) throw new CacheLost(`the strata of ${key} are gone or damaged`)
    return strata
  })
}

function nameOf(cache: CacheFolder, fingerprint: string): string {
  return cache.nameOf('strata', fingerprint)
}
