/** The Pareto-optimal items of two values, larger is better; items without values are on no front. */
export function paretoFront<T>(items: T[], values: (item: T) => [number, number] | null): Set<T> {
  const points = items.flatMap((item) => {
    const value = values(item)
    return value ? [{ item, x: value[0], y: value[1] }] : []
  })
  const front = new Set<T>()
  let bestY = Number.NEGATIVE_INFINITY
  let lastX = Number.NaN
  for (const { item, x, y } of points.sort((a, b) => b.x - a.x || b.y - a.y)) {
    if (y > bestY || (y === bestY && x === lastX)) front.add(item)
    if (y > bestY) [bestY, lastX] = [y, x]
  }
  return front
}
