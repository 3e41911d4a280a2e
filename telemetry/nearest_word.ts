/** The candidate nearest to a mistyped word, if one is near enough to be meant. */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best && best.distance <= Math.max(2, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined
}

/** A sentence that offers the nearest candidate, else lists them all. */
export function suggest(word: string, candidates: readonly string[]): string {
  const nearest = findNearest(word, candidates)
  return nearest ? `Did you mean "${nearest}"?` : `Known: ${candidates.join(', ')}.`
}

/** Levenshtein: insertions, deletions and substitutions from one word to the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [row, char] of [...from].entries()) {
    const current = [row + 1]
    for (const [column, other] of [...to].entries()) {
      const substitution = previous[column]! + (char === other ? 0 : 1)
      current.push(Math.min(substitution, previous[column + 1]! + 1, current[column]! + 1))
    }
    previous = current
  }
  return previous[to.length]!
}
