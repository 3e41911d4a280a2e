import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { stepChart } from '../../../site/charts/step_chart.ts'
import { seriesGlyph, type TrendPoint, trendChart } from '../../../site/charts/trend_chart.ts'
import { HOSTILE } from '../matrix_fixture.ts'

const parse = (svg: string) => parseHTML(`<!doctype html><html><body>${svg}</body></html>`).document
const PLACES = ['0.9.0', '0.9.1', '0.10.0-a-very-long-name']
const point = (at: string, series: string, mid: number): TrendPoint => ({
  at,
  series,
  low: mid * 0.9,
  mid,
  high: mid * 1.1,
})
const words = {
  title: `Speed of ${HOSTILE}`,
  places: 'Engine version',
  values: 'Decode speed (tok/s)',
  kind: 'curated',
} as const

test('a trend names its axes and places, and each value where there is one series', () => {
  const points = PLACES.map((at, i) => point(at, '', 10 + i))
  const document = parse(trendChart(points, PLACES, words))
  const text = document.body.textContent!
  for (const label of [...PLACES, 'Engine version', 'Decode speed (tok/s)', '10.0', '11.0', '12.0'])
    expect(text).toContain(label)
  expect(document.querySelector('title')!.textContent).toBe(words.title)
  expect(document.querySelectorAll('style, [style], img, script')).toHaveLength(0)
  expect(document.body.innerHTML).not.toContain('NaN')
})

test('series differ by shape and line, not by colour alone', () => {
  const points = ['hip', 'vulkan'].flatMap((name, i) => PLACES.map((at, j) => point(at, name, 10 * (i + 1) + j)))
  const document = parse(trendChart(points, PLACES, words))
  const dashes = [...document.querySelectorAll('[stroke-dasharray]')].map((node) =>
    node.getAttribute('stroke-dasharray'),
  )
  expect(new Set(dashes).size).toBeGreaterThan(0)
  expect(seriesGlyph(0)).not.toBe(seriesGlyph(1))
})

test('values twentyfold apart stand on a log axis that says so, with every tick labelled', () => {
  const document = parse(trendChart([point('0.9.0', '', 10), point('0.9.1', '', 1000)], PLACES.slice(0, 2), words))
  for (const label of ['(log scale)', '10', '100', '1,000']) expect(document.body.textContent).toContain(label)
})

test.each([
  'wide',
  'narrow',
] as const)('a %s chart of version steps has a mark per configuration, filled where decided', (size) => {
  const marks = [0.5, 1, 2].map((ratio) => ({ ratio, isDecided: ratio !== 1 }))
  const document = parse(stepChart([{ label: HOSTILE, marks, mid: 1 }], { title: 'Steps', better: 'faster', size }))
  const circles = [...document.querySelectorAll('circle')]
  expect(circles.map((circle) => circle.getAttribute('fill'))).toEqual(['var(--mark)', 'var(--surface)', 'var(--mark)'])
  expect(document.body.textContent).toContain(HOSTILE)
  expect(document.body.textContent).toContain('faster →')
  expect(document.body.textContent).toContain('1×')
})
