import { groupBy } from './group_by.ts'
import type { Place, Problem } from './types.ts'

/** How many places of one reason are listed unless all are asked for. */
const SHOWN_PLACES = 5

export interface Summary {
  tool: string
  files: number
  unit: string
  /** Repetitions or requests read. */
  units: number
  /** Samples written. */
  converted: number
  problems: readonly Problem[]
}

/**
 * The account of an import: read, converted, and not converted by reason with the places, ending in a newline.
 *
 * @param all whether every place is listed instead of the first few of each reason
 */
export function formatSummary(summary: Summary, all: boolean): string {
  const { tool, files, unit, units, converted, problems } = summary
  const left = problems.reduce((sum, problem) => sum + problem.units, 0)
  const head = [
    `orch import ${tool}: ${plural(files, 'file')}`,
    `  read           ${units.toLocaleString('en')} ${unit}`,
    `  converted      ${units - left === converted ? '' : `${(units - left).toLocaleString('en')} ${unit} to `}${plural(converted, 'sample')}`,
    `  not converted  ${left.toLocaleString('en')} ${unit}`,
  ]
  return `${[...head, ...formatReasons(problems, unit, all)].join('\n')}\n`
}

function formatReasons(problems: readonly Problem[], unit: string, all: boolean): string[] {
  const groups = groupBy(problems, ({ kind, reason }) => `${kind}: ${reason}`)
  return [...groups].flatMap(([title, group]) => {
    const units = group.reduce((sum, problem) => sum + problem.units, 0)
    const count = units > 0 ? `${units.toLocaleString('en')} ${unit}` : plural(group.length, 'row')
    return [
      '',
      `${title} (${count})`,
      ...formatPlaces(
        group.map(({ place }) => place),
        all,
      ),
    ]
  })
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

/** `request 3, 4, 5` as `request 3–5`. */
function joinItems(items: readonly string[], all: boolean): string {
  const [word] = items[0]!.split(' ')
  const ranges = toRanges(items.map((item) => Number(item.split(' ')[1])))
  const shown = all ? ranges : ranges.slice(0, SHOWN_PLACES)
  const rest = ranges.length > shown.length ? ', …' : ''
  return `${word} ${shown.join(', ')}${rest}`
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
