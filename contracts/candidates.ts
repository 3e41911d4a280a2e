import type { NameIndex, Unknown } from './name_index.ts'

/**
 * What an unknown name may stand for, best first: what an ambiguous one means, else the known names most like it by the share of letter
 * pairs in common (Dice's coefficient). None for a name that could mean any model.
 */
export function nearestNames(catalog: NameIndex, { what, name, why, candidates }: Unknown, most = 3): string[] {
  if (why !== 'unknown' || candidates.length > 0) return candidates
  const wanted = letterPairs(name.toLowerCase())
  return catalog
    .names(what)
    .map((known) => ({ known, likeness: likeness(wanted, letterPairs(known)) }))
    .filter(({ likeness }) => likeness > 0.3)
    .sort((a, b) => b.likeness - a.likeness || (a.known < b.known ? -1 : 1))
    .slice(0, most)
    .map(({ known }) => known)
}

function letterPairs(text: string): Set<string> {
  return new Set(Array.from({ length: Math.max(text.length - 1, 0) }, (_, i) => text.slice(i, i + 2)))
}

function likeness(a: Set<string>, b: Set<string>): number {
  return (2 * [...a].filter((pair) => b.has(pair)).length) / Math.max(a.size + b.size, 1)
}
