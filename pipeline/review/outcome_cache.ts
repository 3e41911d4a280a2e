import type { CacheFolder } from '../cache/cache_folder.ts'
import { UnpackError } from '../read/unpack.ts'
import type { ScannedGroup } from '../scan/group_counter.ts'

/** What is known of a file without a look at its lines: its groups, null where it has to be reviewed, or how it is damaged. */
export type FileOutcome = { groups: ScannedGroup[] } | UnpackError | null

/** An outcome as the cache keeps it, and what a review found beside it. */
interface KeptOutcome {
  groups: ScannedGroup[] | null
  damage: string | null
  review: unknown
}

/** An outcome that an earlier build found, and what its review found beside it; null where the cache has none. */
export function getOutcome(cache: CacheFolder, name: string): { outcome: FileOutcome; review: unknown } | null {
  const kept = cache.read<KeptOutcome>(name)
  if (kept === null) return null
  const { groups, damage, review } = kept
  return { outcome: damage === null ? groups && { groups } : new UnpackError(damage), review }
}

/** Keeps an outcome for later builds. */
export async function putOutcome(cache: CacheFolder, name: string, outcome: FileOutcome, review: unknown = null) {
  const damage = outcome instanceof UnpackError ? outcome.message : null
  const groups = outcome !== null && 'groups' in outcome ? outcome.groups : null
  await cache.write(name, { groups, damage, review } satisfies KeptOutcome)
}
