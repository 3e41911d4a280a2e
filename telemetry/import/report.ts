import type { AnonymizedExport } from '../../contracts/index.ts'
import { groupBy } from './group_by.ts'
import type { Place, Problem } from './types.ts'

/** How many places of one reason are listed by default. */
const SHOWN_PLACES = 5

export interface Summary {
  tool: string
  files: number
  /** What one measurement of the tool is called. */
  unit: string
  /** How many of them were read. */
  units: number
  /** The samples written. */
  exports: readonly AnonymizedExport[]
  problems: readonly Problem[]
}

/**
 * The report of an import: read, converted, and not converted by reason with the places, ending in a newline.
 *
 * @param all whether every place is listed instead of the first few of each reason
 */
export function formatSummary(summary: Summary, all: boolean): string {
  const left = summary.problems.reduce((sum, problem) => sum + problem.units, 0)
  const head = [
    `orch import ${summary.tool}: ${plural(summary.files, 'file')}`,
    `  read           ${plural(summary.units, summary.unit)}`,
    `  converted      ${formatConverted(summary, summary.units - left)}`,
    `  not converted  ${formatLeft(summary, left)}`,
  ]
  return `${[...head, ...formatReasons(summary, all), ...formatNotes(summary)].join('\n')}\n`
}

function formatConverted({ unit, exports }: Summary, used: number): string {
  const samples = plural(exports.length, 'sample')
  return used === exports.length ? samples : `${plural(used, unit)} to ${samples}`
}

function formatLeft({ unit, problems }: Summary, left: number): string {
  const rows = problems.filter((problem) => problem.units === 0).length
  return plural(left, unit) + (rows > 0 ? ` and ${plural(rows, 'row')} without any` : '')
}

function formatReasons({ problems, unit }: Summary, all: boolean): string[] {
  const groups = groupBy(problems, ({ kind, reason }) => `${kind}: ${reason}`)
  return [...groups].flatMap(([title, group]) => {
    const units = group.reduce((sum, problem) => sum + problem.units, 0)
    const count = units > 0 ? plural(units, unit) : plural(group.length, 'row')
    const places = group.map(({ place }) => place)
    return ['', `${title} (${count})`, ...formatPlaces(places, all)]
  })
}

/** Notes on fields that the samples lack and the caller could pass. */
function formatNotes({ exports }: Summary): string[] {
  const versions = exports.filter(({ engine_version }) => engine_version === 'unknown').length
  const counts = exports.filter(({ gpu_count }) => gpu_count === undefined).length
  const notes = [
    versions > 0 && `note: ${plural(versions, 'sample')} with engine_version "unknown"; pass --engine-version V`,
    counts > 0 && `note: ${plural(counts, 'sample')} without gpu_count, taken for one GPU; pass --gpu-count N`,
  ].filter((note) => note !== false)
  return notes.length > 0 ? ['', ...notes] : []
}

function formatPlaces(places: readonly Place[], all: boolean): string[] {
  const lines = [...groupBy(places, ({ file, line }) => `${file}:${line}`)].map(([position, group]) => {
    const items = group.flatMap(({ item }) => item ?? [])
    return `  ${position}${items.length > 0 ? ` ${joinItems(items, all)}` : ''}`
  })
  if (all || lines.length <= SHOWN_PLACES) return lines
  return [
    ...lines.slice(0, SHOWN_PLACES),
    `  … and ${plural(lines.length - SHOWN_PLACES, 'more row')}; --verbose lists all`,
  ]
}

/** `request 3`, `request 4`, `request 5` as `requests 3–5`. */
function joinItems(items: readonly string[], all: boolean): string {
  const [word] = items[0]!.split(' ')
  const ranges = toRanges(items.map((item) => Number(item.split(' ')[1])))
  const shown = all ? ranges : ranges.slice(0, SHOWN_PLACES)
  const rest = ranges.length > shown.length ? ', …' : ''
  return `${word}${items.length > 1 ? 's' : ''} ${shown.join(', ')}${rest}`
}

function toRanges(numbers: readonly number[]): string[] {
  const ranges: [number, number][] = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && number === last[1] + 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`))
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
