import { type CacheFolder, CacheLost } from '../cache/cache_folder.ts'
import type { Run } from '../cache/id_ledger.ts'
import type { DataFile } from '../read/discover.ts'
import { asNumbers } from '../scan/partial.ts'
import { Partition, packPartition, unpackPartition } from '../strata/partition.ts'
import type { Findings } from './tally.ts'

/** What a check of some files found, for the next check to start from. */
export interface CheckState {
  /** Path and content key of each file. */
  files: [string, string][]
  findings: Findings
  /** Where the ids of all samples lie, those that count nowhere among them. */
  runs: Run[]
}

interface StateHead {
  context: string
  files: [string, string][]
  runs: Run[]
  /** Key and fingerprint. */
  partitions: [string, string][]
}

/** States of former builds that are looked at. */
const MOST_STATES = 4

/** The state that knows most of the files and no others, or null. */
export function findState(
  cache: CacheFolder,
  context: string,
  files: readonly DataFile[],
  keys: readonly string[],
): CheckState | null {
  const known = new Map(files.map(({ path }, i) => [path, keys[i]]))
  let best: { head: StateHead; findings: string } | null = null
  for (const name of cache.list('state').slice(0, MOST_STATES)) {
    const entry = cache.read(name)
    if (entry === null) continue
    const head = entry.head as StateHead
    const fits = head.context === context && head.files.every(([path, key]) => known.get(path) === key)
    if (fits && head.files.length > (best?.head.files.length ?? 0))
      best = { head, findings: Buffer.from(entry.parts[0]!).toString() }
  }
  if (best === null) return null
  const { partitions, ...head } = best.head
  const findings = JSON.parse(best.findings)
  return {
    ...head,
    findings: { ...findings, partitions: partitions.map((partition) => sealPartition(cache, ...partition)) },
  }
}

/** Keeps a state for later builds. */
export async function keepState(
  cache: CacheFolder,
  context: string,
  { files, findings, runs }: CheckState,
): Promise<void> {
  const { partitions, ...rest } = findings
  for (const partition of partitions) await keepPartition(cache, partition)
  const head = { context, files, runs, partitions: partitions.map(({ key, fingerprint }) => [key, fingerprint]) }
  await cache.write(cache.freshName('state'), head, [Buffer.from(JSON.stringify(rest))])
}

async function keepPartition(cache: CacheFolder, partition: Partition): Promise<void> {
  const name = nameOf(cache, partition.fingerprint)
  if (cache.has(name)) return
  const { head, bytes } = packPartition(partition.packed())
  await cache.write(name, head, [bytes])
}

/** The strata are read when they are needed; then they must be there. */
function sealPartition(cache: CacheFolder, key: string, fingerprint: string): Partition {
  return Partition.sealed(key, fingerprint, () => {
    const entry = cache.read(nameOf(cache, fingerprint))
    if (entry === null) throw new CacheLost(`the strata of ${key} are gone or damaged`)
    return unpackPartition(entry.head, asNumbers(entry.parts[0]!))
  })
}

function nameOf(cache: CacheFolder, fingerprint: string): string {
  return cache.nameOf('strata', fingerprint)
}
