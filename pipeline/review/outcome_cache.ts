import type { CacheFolder } from '../cache/cache_folder.ts'
import type { Entry } from '../cache/entry.ts'
import { asBytes, asNumbers, joinNumbers } from '../lib/numbers.ts'
import { UnpackError } from '../read/unpack.ts'
import type { ScannedGroup } from '../scan/group_counter.ts'

/** What is known of a file without a look at its lines: its groups, null where it has to be reviewed, or how it is damaged. */
export type FileOutcome = { groups: ScannedGroup[] } | UnpackError | null

/** A group without its bins, and how many numbers these are. */
type GroupHead = Omit<ScannedGroup, 'bins'> & { numbers: number }

interface OutcomeHead {
  groups: GroupHead[] | null
  damage: string | null
  /** What a review found beside it. */
  review: unknown
}

/** An outcome that an earlier build found, and what its review found beside it; null where the cache has none. */
export function getOutcome(cache: CacheFolder, name: string): { outcome: FileOutcome; review: unknown } | null {
  const entry = cache.read(name)
  return entry === null ? null : decodeOutcome(entry)
}

/** Keeps an outcome for later builds. */
export async function putOutcome(cache: CacheFolder, name: string, outcome: FileOutcome, review: unknown = null) {
  const { head, parts } = encodeOutcome(outcome, review)
  await cache.write(name, head, parts)
}

function encodeOutcome(outcome: FileOutcome, review: unknown): Entry {
  const damage = outcome instanceof UnpackError ? outcome.message : null
  const groups = outcome !== null && 'groups' in outcome ? outcome.groups : null
  const head: OutcomeHead = {
    groups: groups?.map(({ bins, ...group }) => ({ ...group, numbers: bins.length })) ?? null,
    damage,
    review,
  }
  return { head, parts: [asBytes(joinNumbers((groups ?? []).map(({ bins }) => bins)))] }
}

function decodeOutcome({ head, parts }: Entry): { outcome: FileOutcome; review: unknown } {
  const { groups, damage, review } = head as OutcomeHead
  if (damage !== null) return { outcome: new UnpackError(damage), review }
  if (groups === null) return { outcome: null, review }
  const bins = asNumbers(parts[0]!)
  let at = 0
  const unpacked = groups.map(({ numbers, ...group }) => {
    at += numbers
    return { ...group, bins: bins.subarray(at - numbers, at) }
  })
  return { outcome: { groups: unpacked }, review }
}
