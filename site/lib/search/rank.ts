/** What the search finds: a page, the words it is known by, and how many figures stand on it. */
export interface SearchEntry {
  name: string
  /** Below the root of the site. */
  path: string
  /** `GPU`, `Model`, `Engine` or `Page`. */
  type: string
  /** Other names, which are searched and not shown. */
  also: string
  figures: number
}

/** An entry as search.json carries it. */
export type PackedEntry = [name: string, path: string, type: string, also: string, figures: number]

const MOST = 12

/**
 * The entries that have every word of the query, best first. A word of the query matches a word of an entry that it equals, begins, is part
 * of, or differs from by one letter (from four letters on); numbers are never taken for similar.
 */
export function rank(entries: readonly SearchEntry[], query: string, most = MOST): SearchEntry[] {
  const asked = wordsOf(query)
  if (asked.length === 0) return []
  const scored = entries.map((entry) => ({ entry, score: scoreEntry(entry, asked) }))
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.entry.name.length - b.entry.name.length)
    .slice(0, most)
    .map(({ entry }) => entry)
}

/** Words in lower case; letters and digits are told apart, so that `rtx4090` finds `RTX 4090`. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\d+(?:\.\d+)*|[\p{L}]+/gu) ?? []
}

/** 0 where a word matches nothing. Names count more than other names, and pages with figures more than those without. */
function scoreEntry({ name, also, figures }: SearchEntry, asked: string[]): number {
  const [own, others] = [wordsOf(name), wordsOf(also)]
  let sum = 0
  for (const word of asked) {
    const score = Math.max(best(word, own) * 2, best(word, others))
    if (score === 0) return 0
    sum += score
  }
  return sum / asked.length + Math.min(3, Math.log10(1 + figures))
}

function best(asked: string, words: string[]): number {
  return words.reduce((most, word) => Math.max(most, scoreWord(asked, word)), 0)
}

function scoreWord(asked: string, word: string): number {
  if (word === asked) return 8
  if (word.startsWith(asked)) return 5
  if (/^\d/.test(asked)) return 0
  if (word.includes(asked)) return 3
  return asked.length >= 4 && isNear(asked, word) ? 2 : 0
}

/** Whether one insertion, deletion, replacement or swap of neighbours makes the words equal. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const [x, y] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  return Math.max(x.length, y.length) <= 1 || (x.length === 2 && y.length === 2 && x[0] === y[1] && x[1] === y[0])
}
