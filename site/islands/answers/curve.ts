/**
 * Details of the points of a curve, by pointer and by arrow keys: left and right along the speed of a user, up and down from one configuration to the
 * next. Listens on what stays, since the curve is drawn anew with every answer.
 */
export function followCurve(root: HTMLElement): void {
  root.addEventListener('pointermove', (event) => {
    const drawing = (event.target as Element).closest<SVGSVGElement>('.load-curve')
    const point = drawing && nearest(drawing, event)
    if (point && !point.classList.contains('active')) show(point)
  })
  root.addEventListener('keydown', (event) => {
    const curve = (event.target as Element).closest<HTMLElement>('.curve')
    const next = curve && step(curve, event.key)
    if (!next) return
    event.preventDefault()
    show(next)
  })
}

const xOf = (point: SVGElement) => Number(point.getAttribute('cx'))
const yOf = (point: SVGElement) => Number(point.getAttribute('cy'))

/** Pixels around the pointer in which a point is meant. */
const REACH = 30

/** The point nearest to the pointer. */
function nearest(drawing: SVGSVGElement, { clientX, clientY }: PointerEvent): SVGElement | undefined {
  const { left, top, width } = drawing.getBoundingClientRect()
  const scale = drawing.viewBox.baseVal.width / width
  const [x, y] = [(clientX - left) * scale, (clientY - top) * scale]
  const distance = (point: SVGElement) => Math.hypot(xOf(point) - x, yOf(point) - y)
  const points = [...drawing.querySelectorAll<SVGElement>('[data-point]')]
  const best = points.reduce((near, point) => (distance(point) < distance(near) ? point : near), points[0]!)
  return best && distance(best) <= REACH * scale ? best : undefined
}

/** The point that a key leads to from the active one; the fastest optimal point first. */
function step(curve: HTMLElement, key: string): SVGElement | undefined {
  const points = [...curve.querySelectorAll<SVGElement>('[data-point]')]
    .filter((point) => point.checkVisibility())
    .sort((a, b) => xOf(a) - xOf(b))
  const active = points.find((point) => point.classList.contains('active'))
  const steps: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }
  const by = steps[key]
  if (key === 'Home') return points[0]
  if (key === 'End') return points.at(-1)
  if (!by) return undefined
  if (!active) return points.findLast((point) => point.classList.contains('is-optimal')) ?? points.at(-1)
  if (key === 'ArrowRight' || key === 'ArrowLeft') return points[points.indexOf(active) + by] ?? active
  const others = points.filter(({ dataset }) => dataset.line !== active.dataset.line)
  const above = others.filter((point) => yOf(point) < yOf(active) === by > 0)
  const distance = (point: SVGElement) => Math.hypot(xOf(point) - xOf(active), yOf(point) - yOf(active))
  return above.sort((a, b) => distance(a) - distance(b))[0] ?? active
}

/** Marks a point and its line in both sizes of the drawing, and writes what it says below. */
function show(point: SVGElement): void {
  const figure = point.closest('figure')!
  const { line, point: index } = point.dataset
  for (const old of figure.querySelectorAll('.active')) old.classList.remove('active')
  for (const part of figure.querySelectorAll(`[data-point="${index}"], path[data-line="${line}"]`))
    part.classList.add('active')
  figure.querySelector('.curve-note')!.textContent = point.querySelector('title')!.textContent
}
