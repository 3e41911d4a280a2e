import * as Plot from '@observablehq/plot'
import type { View } from '../components/answers/format_contrast.ts'
import type { ChartSize } from './interval_chart.ts'
import { logTicks } from './log_ticks.ts'
import { plotSvg } from './plot_svg.ts'

interface RatioOptions {
  title: string
  axis: string
  /** `faster` or `sooner`. */
  better: string
  size: ChartSize
}

const MARGIN = 24
const GAP = 1.5
/** Marks that overlap are stacked (dodged), so bins are wider than the marks. */
const BIN_WIDTH = 2.4

/** The ratio of every stratum as a mark on a log axis, stacked where marks overlap; a rule at 1×, where both sides are equal. */
export function ratioChart({ own, other, marks }: View, { title, axis, better, size }: RatioOptions): string {
  const isWide = size === 'wide'
  const width = isWide ? 940 : 360
  const radius = isWide ? 4 : 3
  const domain = domainOf(marks.map(({ ratio }) => ratio))
  const marginTop = isWide ? 26 : 42
  const stack = tallestStack(
    marks.map(({ ratio }) => ratio),
    domain,
    (width - 2 * MARGIN) / ((2 * radius + GAP) * BIN_WIDTH),
  )
  return plotSvg(
    {
      width,
      height: marginTop + 42 + Math.max(36, (stack + 1) * (2 * radius + GAP)),
      marginLeft: MARGIN,
      marginRight: MARGIN,
      marginTop,
      marginBottom: 42,
      x: { type: 'log', domain },
      marks: [
        Plot.axisX({
          ticks: logTicks(domain, Math.floor((width - 2 * MARGIN) / (isWide ? 50 : 42))),
          text: (tick: number) => `${tick}×`,
          label: `${axis} (log scale)`,
          labelAnchor: 'center',
          labelArrow: 'none',
        }),
        Plot.ruleX([1], { stroke: 'currentColor', strokeDasharray: '4 3' }),
        sideLabel(`← ${other} ${better}`, 'left', isWide ? -14 : -30),
        sideLabel(`${own} ${better} →`, 'right', -14),
        Plot.dot(
          marks,
          Plot.dodgeY({
            x: 'ratio',
            r: radius,
            padding: GAP,
            fill: (mark) => (isDecided(mark) ? 'var(--mark)' : 'var(--surface)'),
            stroke: 'var(--mark)',
          }),
        ),
      ],
    },
    title,
  )
}

const isDecided = ({ outcome }: View['marks'][number]): boolean => outcome === 'better' || outcome === 'worse'

function sideLabel(text: string, side: 'left' | 'right', dy: number): Plot.Markish {
  return Plot.text([text], {
    frameAnchor: `top-${side}`,
    dx: side === 'left' ? -12 : 12,
    dy,
    textAnchor: side === 'left' ? 'start' : 'end',
    fill: 'currentColor',
  })
}

/** Holds every ratio and 0.8× to 1.25×. */
function domainOf(ratios: number[]): [low: number, high: number] {
  return [Math.min(0.8, ...ratios) / 1.06, Math.max(1.25, ...ratios) * 1.06]
}

/** The most marks in one of `bins` equal bins of the axis. */
function tallestStack(ratios: number[], [low, high]: [number, number], bins: number): number {
  const counts = new Map<number, number>()
  for (const ratio of ratios) {
    const bin = Math.round((Math.log(ratio / low) / Math.log(high / low)) * bins)
    counts.set(bin, (counts.get(bin) ?? 0) + 1)
  }
  return Math.max(...counts.values())
}
