import { type CacheFolder, CacheLost } from '../cache/cache_folder.ts'
import { asNumbers } from '../lib/numbers.ts'
import { Partition, packPartition, unpackPartition } from '../strata/partition.ts'
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

interface StateHead {
  context: string
  files: [string, string][]
  ids: IdTable[]
  /** Key and fingerprint. */
  partitions: [string, string][]
}

/** The states of former builds under the same catalogue and code, the newest first. */
export function readStates(cache: CacheFolder, context: string): CheckState[] {
  return cache.list('state').flatMap((name) => {
    const entry = cache.read(name)
    const head = entry?.head as StateHead | undefined
    if (entry === null || head?.context !== context || !head.ids.every((table) => cache.has(table.name))) return []
    const { files, ids, partitions } = head
    const rest = JSON.parse(Buffer.from(entry.parts[0]!).toString()) as Omit<CheckResult, 'partitions'>
    const result = { ...rest, partitions: partitions.map((partition) => openPartition(cache, ...partition)) }
    return [{ files, ids, result }]
  })
}

/** Keeps a state for later builds. */
export async function keepState(
  cache: CacheFolder,
  context: string,
  { files, result, ids }: CheckState,
): Promise<void> {
  const { partitions, ...rest } = result
  for (const partition of partitions) await keepPartition(cache, partition)
  const fingerprints = partitions.map(({ key, fingerprint }): [string, string] => [key, fingerprint])
  const head: StateHead = { context, files, ids, partitions: fingerprints }
  await cache.write(cache.freshName('state'), head, [Buffer.from(JSON.stringify(rest))])
}

async function keepPartition(cache: CacheFolder, partition: Partition): Promise<void> {
  const name = nameOf(cache, partition.fingerprint)
  if (cache.has(name)) return
  const { head, bytes } = packPartition(partition.packed())
  await cache.write(name, head, [bytes])
}

/** The strata are read when they are needed; then they must be there. */
function openPartition(cache: CacheFolder, key: string, fingerprint: string): Partition {
  return Partition.sealed(key, fingerprint, () => {
    const entry = cache.read(nameOf(cache, fingerprint))
    if (entry === null) throw new CacheLost(`the strata of ${key} are gone or damaged`)
    return unpackPartition(entry.head, asNumbers(entry.parts[0]!))
  })
}

function nameOf(cache: CacheFolder, fingerprint: string): string {
  return cache.nameOf('strata', fingerprint)
}
