import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { histogramChart } from '../../site/charts/histogram_chart.ts'
import { intervalChart, needsLog } from '../../site/charts/interval_chart.ts'
import { logTicks } from '../../site/charts/log_ticks.ts'
import { HOSTILE } from './matrix_fixture.ts'

const row = (label: string, mid: number, kind: 'curated' | 'community' = 'curated') => ({
  label,
  kind,
  low: mid * 0.9,
  mid,
  high: mid * 1.1,
})
const options = { axis: 'Decode speed (tok/s)', title: 'Decode speed of X' }
const parse = (svg: string) => parseHTML(`<!doctype html><html><body>${svg}</body></html>`).document

test.each([
  'wide',
  'narrow',
] as const)('a %s chart is named, labelled and free of styles that a policy would block', (size) => {
  const rows = [row('GPU One', 50), row(HOSTILE, 20, 'community')]
  const document = parse(intervalChart(rows, { ...options, size }))
  const svg = document.querySelector('svg')!
  expect(svg.getAttribute('role')).toBe('img')
  expect(svg.firstElementChild!.localName).toBe('title')
  expect(svg.firstElementChild!.textContent).toBe('Decode speed of X')
  expect(document.querySelectorAll('style, [style], img, script')).toHaveLength(0)
  expect(document.body.textContent).toContain('Decode speed (tok/s)')
  expect(document.body.textContent).toContain(HOSTILE)
  expect(svg.innerHTML).not.toContain('NaN')
})

test('a chart is the same text whatever was drawn before it, and has no id that could occur twice', () => {
  const draw = () => intervalChart([row('a', 1)], { ...options, size: 'wide' })
  expect(draw()).toBe(draw())
  expect(parse(draw()).querySelectorAll('[id]')).toHaveLength(0)
})

test('a log axis is used, and named, only where medians differ twentyfold', () => {
  expect(needsLog([row('a', 1), row('b', 19)])).toBe(false)
  expect(needsLog([row('a', 1), row('b', 21)])).toBe(true)
  expect(intervalChart([row('a', 1), row('b', 21)], { ...options, size: 'wide' })).toContain('(log scale)')
})

test('a histogram has a bar for each share and says where the median is', () => {
  const bars = [
    { low: 10, high: 20, share: 0.25 },
    { low: 20, high: 40, share: 0.75 },
  ]
  const document = parse(histogramChart(bars, { ...options, median: 25, size: 'wide' }))
  expect(document.querySelectorAll('rect')).toHaveLength(2)
  expect(document.body.textContent).toContain('median 25.0')
})

test('a log axis has 1, 2 and 5 of each decade, or powers of ten alone where those are too many', () => {
  expect(logTicks([7, 120], 10)).toEqual([10, 20, 50, 100])
  expect(logTicks([9.7, 103], 8)).toEqual([10, 20, 50, 100])
  expect(logTicks([0.19, 6], 20)).toEqual([0.2, 0.5, 1, 2, 5])
  expect(logTicks([0.8, 60], 10)).toEqual([1, 2, 5, 10, 20, 50])
  expect(logTicks([0.8, 60], 4)).toEqual([1, 10])
  expect(logTicks([0.8, 90_000], 6)).toEqual([1, 10, 100, 1000, 10_000])
  expect(logTicks([1, 1e6], 4)).toEqual([1, 100, 10_000, 1e6])
})

test('a log axis of less than a decade has round values, evenly spaced', () => {
  expect(logTicks([31.4, 44.9], 4)).toEqual([32, 34, 36, 38, 40, 42, 44])
  expect(logTicks([2.1, 4.5], 10)).toEqual([2.5, 3, 3.5, 4, 4.5])
  expect(logTicks([0.76, 1.31], 20)).toEqual([0.8, 0.9, 1, 1.1, 1.2, 1.3])
})

test('a long name is shortened, what tells rows apart stays', () => {
  const label = `${'Very Long GPU Name '.repeat(5)}· vLLM · Q4_K_M`
  expect(intervalChart([row(label, 1)], { ...options, size: 'wide' })).toMatch(
    /Very Long GPU Name [^<]*… · vLLM · Q4_K_M/,
  )
})

test('every tick of a log axis has its label', () => {
  const text = parse(intervalChart([row('a', 7), row('b', 600)], { ...options, size: 'wide' })).body.textContent
  for (const tick of ['10', '20', '50', '100', '200', '500']) expect(text).toContain(tick)
})
