/** What a published count may stand for: counts of community rows come in steps, those of a private build are exact. */
export interface Span {
  least: number
  most: number
}

/** The step of a count: the nearest multiple of 5, never 0 for something; from 100 on the nearest of two significant digits. */
export function stepOf(count: number): number {
  if (count === 0) return 0
  return count < 100
    ? Math.max(5, 5 * Math.round(count / 5))
    : Math.round(Number(`${count}e${-widthOf(count)}`)) * 10 ** widthOf(count)
}

/** The counts whose step is `published`, by trial. */
export function spanOf(published: number, isExact: boolean): Span {
  if (isExact) return { least: published, most: published }
  const reach = published < 100 ? 7 : 10 ** widthOf(published)
  const near = Array.from({ length: 2 * reach + 1 }, (_, i) => published - reach + i)
  const alike = near.filter((count) => count > 0 && stepOf(count) === published)
  return { least: Math.min(...alike), most: Math.max(...alike) }
}

function widthOf(count: number): number {
  return String(count).length - 2
}
