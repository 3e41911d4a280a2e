import type { ResultColumn, Value } from './result.ts'

export const MARKS = ['bar', 'dot', 'line'] as const
export type Mark = (typeof MARKS)[number]
/** Which axes are logarithmic; never with bars, which start at zero. */
export const LOGS = ['', 'x', 'y', 'xy'] as const
export type Log = (typeof LOGS)[number]

/** A chart by the names of its columns. */
export interface ChartPlan {
  mark: Mark
  x: string
  y: string
  /** Empty if all marks have one colour. */
  colour: string
  log: Log
}

/** Most series: distinguishable colours, each with its own shape. */
export const SERIES_LIMIT = 6
/** Most labels on an axis. */
export const LABEL_LIMIT = 40

interface Facts {
  name: string
  isMeasure: boolean
  /** Whether its values are positive and span more than two decades. */
  isWide: boolean
  isTime: boolean
  distinct: number
  rows: number
}

/** Proposes a chart of a result; null if no column is numeric. Bars only if each label has one row, so that nothing is averaged. */
export function planChart(columns: readonly ResultColumn[], rows: readonly Value[][]): ChartPlan | null {
  const facts = columns.map((column, i) => factsOf(column, rows, i))
  const measure = chooseMeasure(facts)
  if (!measure || rows.length === 0) return null
  const time = facts.find((column) => column.isTime)
  if (time) return { mark: 'line', x: time.name, y: measure.name, colour: chooseColour(facts, time), log: '' }
  const label = chooseLabel(facts)
  if (!label) return planNumbers(facts, measure)
  const mark = label.distinct === rows.length ? 'bar' : 'dot'
  if (mark === 'bar') return { mark, x: measure.name, y: label.name, colour: '', log: '' }
  const colour = chooseColour(facts, label)
  return { mark, x: measure.name, y: label.name, colour, log: measure.isWide ? 'x' : '' }
}

/** Whether the result has every column of a plan. */
export function fitsResult({ x, y, colour }: ChartPlan, columns: readonly ResultColumn[]): boolean {
  return [x, y, ...(colour ? [colour] : [])].every((name) => columns.some((column) => column.name === name))
}

function factsOf({ name, kind }: ResultColumn, rows: readonly Value[][], i: number): Facts {
  const values = rows.map((row) => row[i]).filter((value) => value !== null)
  const isMonth =
    kind === 'text' && values.length > 0 && values.every((value) => /^\d{4}-\d{2}(-\d{2})?$/.test(String(value)))
  return {
    name,
    isMeasure: kind === 'number' && values.length > 0,
    isWide: kind === 'number' && spansDecades(values.map(Number)),
    isTime: kind === 'time' || isMonth,
    distinct: new Set(values).size,
    rows: values.length,
  }
}

function spansDecades(values: readonly number[]): boolean {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = values.reduce((most, value) => Math.max(most, value), 0)
  return low > 0 && high / low > 100
}

/** Counts are evidence, not measurements: they are the last choice for an axis. */
const COUNT = /^(n|rank|samples|attempts|pairs|rows|models|gpus|contributors|gpu_count|count.*|.*_n)$/
const MEDIAN = /median|p50|ratio|share|percent|usd/

function chooseMeasure(facts: readonly Facts[]): Facts | undefined {
  const measures = facts.filter((column) => column.isMeasure)
  return (
    measures.find(({ name }) => MEDIAN.test(name) && !COUNT.test(name)) ??
    measures.find(({ name }) => !COUNT.test(name)) ??
    measures[0]
  )
}

/** The text column with most distinct labels that still fit on an axis. */
function chooseLabel(facts: readonly Facts[]): Facts | undefined {
  const texts = facts.filter((column) => !column.isMeasure && !column.isTime && column.distinct > 1)
  return texts.sort((a, b) => closeness(b) - closeness(a))[0]
}

const closeness = ({ distinct }: Facts): number => (distinct <= LABEL_LIMIT ? distinct : LABEL_LIMIT / distinct)

function chooseColour(facts: readonly Facts[], other: Facts): string {
  const column = facts.find(
    (c) => !c.isMeasure && !c.isTime && c.name !== other.name && c.distinct > 1 && c.distinct <= SERIES_LIMIT,
  )
  return column?.name ?? ''
}

/** For numeric columns only: one against another. */
function planNumbers(facts: readonly Facts[], measure: Facts): ChartPlan | null {
  const x = facts.find((column) => column.isMeasure && column.name !== measure.name)
  if (!x) return null
  const mark = x.distinct === x.rows ? 'line' : 'dot'
  return { mark, x: x.name, y: measure.name, colour: '', log: x.isWide ? 'x' : '' }
}
