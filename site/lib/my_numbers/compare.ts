import { METRIC_INFO, type Metric } from '../../../contracts/metrics.ts'
import type { PublishedRow, Spread } from './reference.ts'
import type { OwnGroup } from './tally_groups.ts'

/** A published figure beside the machine's own. */
export interface Counterpart {
  row: PublishedRow
  figure: Spread
  /** What differs from the configuration of the file; null if nothing does. */
  differs: 'engine' | 'precision' | 'engine and precision' | null
}

/** Most counterparts of another configuration: enough to place a machine, few enough to read. */
const MOST_OTHERS = 4

/**
 * The published figures of a metric that a group is compared with: those of the same configuration, else those of the same model, GPUs and
 * measurement type with another engine or precision. Measurement types are never mixed.
 */
export function findCounterparts(group: OwnGroup, metric: Metric, rows: readonly PublishedRow[]): Counterpart[] {
  const alike = rows.flatMap((row): Counterpart[] => {
    const figure = row.figures[metric]
    const same =
      row.model === group.model && row.gpu === group.gpu && row.gpuCount === group.gpuCount && row.type === group.type
    return figure && same ? [{ row, figure, differs: differenceOf(group, row) }] : []
  })
  const exact = alike.filter(({ differs }) => differs === null)
  if (exact.length > 0) return exact
  return alike.sort((a, b) => rank(a) - rank(b) || b.figure.n - a.figure.n).slice(0, MOST_OTHERS)
}

const RANKS = ['engine', 'precision', 'engine and precision'] as const
const rank = ({ differs }: Counterpart) => RANKS.indexOf(differs as (typeof RANKS)[number])

function differenceOf(group: OwnGroup, row: PublishedRow): Counterpart['differs'] {
  const engine = row.engine !== group.engine
  const quantization = row.quantization !== group.quantization
  if (engine && quantization) return 'engine and precision'
  return engine ? 'engine' : quantization ? 'precision' : null
}

/** How the own median compares with a published one. */
export interface Standing {
  /** Own median / published median − 1. */
  ratio: number
  /** `better`: faster, or sooner. `alike`: within 1 %. */
  side: 'better' | 'worse' | 'alike'
  /** `12 % faster`, `8 % later`, `same within 1 %`. */
  text: string
  /** Whether the own median lies between p25 and p75 of the published figure; null where that has no spread, as a single value. */
  within: boolean | null
}

export function standingOf(own: Spread, published: Spread, metric: Metric): Standing {
  const ratio = own.p50 / published.p50 - 1
  const within = published.p25 === published.p75 ? null : own.p50 >= published.p25 && own.p50 <= published.p75
  if (Math.abs(ratio) < 0.01) return { ratio, side: 'alike', text: 'same within 1 %', within }
  const higher = METRIC_INFO[metric].higher_is_better
  const side = ratio > 0 === higher ? 'better' : 'worse'
  return { ratio, side, text: describeRatio(ratio, higher), within }
}

/** As a multiple from a factor of 2 on: `240 % slower` is hard to picture. */
function describeRatio(ratio: number, higherIsBetter: boolean): string {
  if (ratio >= 1) return `${(ratio + 1).toFixed(1)} × as ${higherIsBetter ? 'fast' : 'long'}`
  const [more, less] = higherIsBetter ? ['faster', 'slower'] : ['later', 'sooner']
  return `${Math.round(Math.abs(ratio) * 100)} % ${ratio > 0 ? more : less}`
}

/** Whether the metric depends on the prompt size and the two sides had different ones, so that prompts differ as well as machines. */
export function promptsDiffer(group: OwnGroup, row: PublishedRow, metric: Metric): boolean {
  return metric !== 'decode_tps' && group.buckets.join() !== row.buckets.join()
}
