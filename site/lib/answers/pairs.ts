/** The address of a comparison, relative to the root. Each pair has one page, with its ids in alphabetical order. */
export function comparePath(a: string, b: string): string {
  const [first, second] = a < b ? [a, b] : [b, a]
  return `compare/${first}-vs-${second}/`
}
