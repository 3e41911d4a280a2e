/**
 * The aliases without duplicates, sorted by code point. A duplicate equals, ignoring case, an earlier alias or one of `known` (the id
 * and the name of the entry).
 */
export function distinctAliases(aliases: readonly string[], known: readonly string[]): string[] {
  const seen = new Set(known.map((text) => text.toLowerCase()))
  const kept = aliases.filter((alias) => {
    const key = alias.toLowerCase()
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
  return kept.sort((a, b) => (a < b ? -1 : 1))
}
