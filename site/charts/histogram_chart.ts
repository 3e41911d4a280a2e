import * as Plot from '@observablehq/plot'
import { formatValue } from '../lib/format.ts'
import type { Kind } from '../lib/labels.ts'
import type { Bar } from '../lib/sketch.ts'
import type { ChartSize } from './interval_chart.ts'
import { logTicks } from './log_ticks.ts'
import { plotSvg } from './plot_svg.ts'
import { valueAxis } from './value_axis.ts'

export interface HistogramOptions {
  /** Name of the value axis, with its unit. */
  axis: string
  title: string
  median: number
  size: ChartSize
  kind?: Kind
}

/** A distribution on a log axis: the share of each bar, and a rule at the median. */
export function histogramChart(bars: Bar[], { axis, title, median, size, kind = 'curated' }: HistogramOptions): string {
  const tone = kind === 'community' ? '-community' : ''
  const ticks = logTicks([bars[0]!.low, bars.at(-1)!.high], size === 'wide' ? 8 : 4)
  return plotSvg(
    {
      width: size === 'wide' ? 620 : 360,
      height: 230,
      marginLeft: 48,
      marginRight: 24,
      marginTop: 26,
      marginBottom: 42,
      x: { type: 'log' },
      y: { label: 'Share (%)', labelArrow: 'none', percent: true, grid: true, ticks: 4, nice: true },
      marks: [
        valueAxis(`${axis} (log scale)`, ticks),
        Plot.rect(bars, {
          x1: 'low',
          x2: 'high',
          y1: 0,
          y2: 'share',
          fill: `var(--mark${tone}-soft)`,
          stroke: `var(--mark${tone})`,
          strokeWidth: 0.75,
        }),
        Plot.ruleY([0], { stroke: 'currentColor' }),
        Plot.ruleX([median], { stroke: 'currentColor', strokeDasharray: '4 3' }),
        Plot.text([median], {
          x: (value: number) => value,
          frameAnchor: 'top',
          dy: -14,
          text: (value: number) => `median ${formatValue(value)}`,
          fill: 'currentColor',
        }),
      ],
    },
    title,
  )
}
