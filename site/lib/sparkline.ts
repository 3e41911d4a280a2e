/** The line of a series, some 80 × 24 px, as the coordinates of an SVG polyline; equal values make a level line in the middle. */
export function sparkline(values: readonly number[], width = 80, height = 24): [x: number, y: number][] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const inner = height - 6
  return values.map((value, i) => {
    const x = 3 + (i * (width - 6)) / Math.max(1, values.length - 1)
    const y = high === low ? height / 2 : 3 + inner - ((value - low) / (high - low)) * inner
    return [Number(x.toFixed(1)), Number(y.toFixed(1))]
  })
}
