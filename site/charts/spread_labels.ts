/** The positions nearest to the wished ones that keep a minimum gap and lie within 0 to `length`, in the given order. */
export function spreadLabels(wished: number[], gap: number, length: number): number[] {
  const order = wished.map((_, i) => i).sort((a, b) => wished[a]! - wished[b]!)
  const placed = new Array<number>(wished.length)
  let next = Number.NEGATIVE_INFINITY
  for (const i of order) {
    placed[i] = Math.max(wished[i]!, next)
    next = placed[i]! + gap
  }
  let last = length + gap
  for (const i of order.toReversed()) {
    placed[i] = Math.min(placed[i]!, last - gap)
    last = placed[i]!
  }
  return placed
}
