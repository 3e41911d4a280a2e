import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { plotSvg } from '../../site/charts/plot_svg.ts'
import { SvgDocument } from '../../site/charts/svg_document.ts'

const POINTS = Array.from({ length: 12 }, (_, i) => ({ x: 1.4 ** i, low: i, high: i + 2, name: `<b>&"${i}` }))

/** A chart of every mark that the site draws. */
const options = (): Plot.PlotOptions => ({
  x: { type: 'log' },
  y: { label: 'Share (%) <&"', percent: true, grid: true },
  marks: [
    Plot.axisX({ label: 'Speed (tok/s)' }),
    Plot.gridX({ ticks: 5 }),
    Plot.rect(POINTS, { x1: 'x', x2: (d) => d.x * 1.4, y1: 0, y2: 'high' }),
    Plot.ruleY([0]),
    Plot.ruleX([3], { strokeDasharray: '4 3' }),
    Plot.link(POINTS, { x1: 'x', x2: 'x', y1: 'low', y2: 'high' }),
    Plot.line(POINTS, { x: 'x', y: 'low' }),
    Plot.areaY(POINTS, { x: 'x', y1: 'low', y2: 'high' }),
    Plot.dot(POINTS, { x: 'x', y: 'high', symbol: 'diamond2' }),
    Plot.dot(POINTS, Plot.dodgeY({ x: 'x', r: 3 })),
    Plot.text(POINTS, { x: 'x', y: 'low', text: (d) => `${d.name}\nsecond line` }),
  ],
})

/** Elements, sorted attributes and texts: what a browser makes of a chart. */
function describe(node: Element): unknown {
  const attributes = [...node.attributes].map(({ name, value }) => `${name}=${value}`).sort()
  const children = [...node.childNodes].map((child) =>
    child.nodeType === 3 ? child.textContent : describe(child as Element),
  )
  return [node.localName, attributes, children]
}

test('a chart is what a whole DOM would make of it, without styles and without what Plot says of its marks', () => {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const whole = Plot.plot({ ...options(), document: document as unknown as Document, className: 'plot' }) as Element
  for (const style of whole.querySelectorAll('style')) style.remove()
  for (const node of [whole, ...whole.querySelectorAll('*')])
    for (const name of ['style', 'aria-label', 'aria-description']) node.removeAttribute(name)
  const parse = (svg: string) => parseHTML(`<body>${svg}</body>`).document.querySelector('svg')!
  const drawn = parse(plotSvg(options(), 'A <title> & more'))
  const title = drawn.querySelector('title')!
  expect(title.textContent).toBe('A <title> & more')
  title.remove()
  drawn.removeAttribute('role')
  expect(describe(drawn)).toEqual(describe(parse(whole.outerHTML)))
})

test('an element moves when it is put elsewhere, and is left out of where it was', () => {
  const document = new SvgDocument()
  const [a, b, child] = [document.createElement('a'), document.createElement('b'), document.createElement('g')]
  a.append('text', child)
  b.insertBefore(child, null)
  b.insertBefore(document.createElement('first'), child)
  expect([a.outerHTML, b.outerHTML]).toEqual(['<a>text</a>', '<b><first></first><g></g></b>'])
})
