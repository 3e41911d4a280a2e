import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { type Line, lineChart } from '../../site/charts/line_chart.ts'
import { spreadLabels } from '../../site/charts/spread_labels.ts'
import { formatBias, formatRates } from '../../site/components/simulation/format_results.ts'
import { biasDomain, biasLines, coverageLines, regressionLines } from '../../site/components/simulation/lines.ts'
import { summarise } from '../../site/components/simulation/summary.ts'
import { ATTACKS, readSimulation } from '../../site/data/simulation.ts'

const options = {
  title: 'Bias of X',
  xLabel: 'Malicious contributors (%)',
  yLabel: 'Bias (%)',
  yDomain: [0, 100] as [number, number],
  yTicks: [0, 50, 100],
}
const line = (name: string, last: number, strong = false): Line => ({
  name,
  symbol: 'circle',
  strong,
  points: [
    { x: '0', y: 0 },
    { x: '10', y: last },
  ],
})
const parse = (svg: string) => parseHTML(`<!doctype html><html><body>${svg}</body></html>`).document

describe('a line chart', () => {
  const document = parse(lineChart([line('ours', 50, true), line('<b>theirs</b>', 51)], options))

  test('is named, labelled with units and free of styles that a policy would block', () => {
    const svg = document.querySelector('svg')!
    expect(svg.getAttribute('role')).toBe('img')
    expect(svg.querySelector('title')!.textContent).toBe('Bias of X')
    expect(document.querySelectorAll('style, [style], b')).toHaveLength(0)
    expect(document.body.textContent).toContain('Malicious contributors (%)')
    expect(document.body.textContent).toContain('Bias (%)')
    expect(svg.innerHTML).not.toContain('NaN')
  })

  test('names every line at its end and has a mark at every point', () => {
    for (const name of ['ours', '<b>theirs</b>']) expect(document.body.textContent).toContain(name)
    expect(document.querySelectorAll('[aria-hidden] path, circle, g path').length).toBeGreaterThanOrEqual(4)
  })
})

describe('names at line ends', () => {
  test('stay where they are wished where there is room', () => {
    expect(spreadLabels([10, 50, 30], 14, 100)).toEqual([10, 50, 30])
  })

  test('keep a gap, their order and the bounds', () => {
    const wished = [98, 99, 97, 20, 100]
    const placed = spreadLabels(wished, 14, 100)
    const order = (values: number[]) => values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!)
    expect(order(placed)).toEqual(order(wished))
    const ascending = placed.toSorted((a, b) => a - b)
    for (let i = 1; i < ascending.length; i++) expect(ascending[i]! - ascending[i - 1]!).toBeGreaterThanOrEqual(14)
    expect(ascending.at(-1)).toBeLessThanOrEqual(100)
  })
})

describe('the figures of the page', () => {
  const results = readSimulation()

  test('hold every point of every attack', () => {
    for (const attack of ATTACKS) {
      const lines = biasLines(results.bias, attack)
      const { yDomain } = biasDomain(results.bias, attack)
      expect(lines.map(({ points }) => points.map(({ x }) => x))).toEqual(
        Array(5).fill(['0', '10', '20', '30', '40', '50']),
      )
      for (const { y } of lines.flatMap(({ points }) => points)) {
        expect(y).toBeGreaterThanOrEqual(yDomain[0])
        expect(y).toBeLessThanOrEqual(yDomain[1])
      }
    }
  })

  test('have a line per interval and per number of pairs', () => {
    expect(coverageLines(results.coverage, 'slow_hosts').map(({ points }) => points.length)).toEqual([5, 5])
    expect(regressionLines(results.regressions, 'suspected').map(({ name }) => name)).toEqual([
      '6 pairs',
      '8 pairs',
      '12 pairs',
      '20 pairs',
    ])
  })

  test('and its text are the same numbers', () => {
    const at30 = biasLines(results.bias, 'flood_10').find(({ strong }) => strong)!.points[3]!
    expect(100 * summarise(results).flood.published).toBe(at30.y)
  })
})

test('biases are signed, shares have a decimal, a span of equal ends is one number', () => {
  expect([7.294, 0.0904, -0.004, 0.0001].map(formatBias)).toEqual(['+729 %', '+9.0 %', '−0.4 %', '0 %'])
  expect(formatRates([0.95, 0.9712])).toBe('95.0–97.1 %')
  expect(formatRates([0.5, 0.5])).toBe('50.0 %')
})
