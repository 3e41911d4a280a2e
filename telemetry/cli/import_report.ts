import { groupBy } from '../import/group_by.ts'
import type { FilesRead, Group, ImportResult } from '../import/import_files.ts'
import type { Place, Problem } from '../import/types.ts'
import { formatTable, plural, showFile } from './format.ts'

/** How many places of one reason are listed by default. */
const SHOWN_PLACES = 5

/**
 * The report of an import: what became of every file, what was left out by reason with the places, and notes, ending in a newline.
 *
 * @param all whether every place is listed instead of the first few of each reason
 */
export function formatReport(read: FilesRead, result: ImportResult, all: boolean): string {
  const { problems, groups } = result
  const left = result.lacking + problems.reduce((sum, problem) => sum + problem.units, 0)
  const head = [
    `orch import: ${plural(read.files.length, 'file')}`,
    `  read           ${plural(read.units, read.unit)}`,
    `  converted      ${formatConverted(read, result, left)}`,
    `  not converted  ${formatLeft(read.unit, problems, left)}`,
  ]
  const table = groups.length > 0 ? ['', ...formatGroups(groups)] : []
  return `${[...head, ...table, ...formatReasons(problems, read.unit, all), ...formatNotes(result)].join('\n')}\n`
}

function formatConverted({ units, unit }: FilesRead, { samples, runs }: ImportResult, left: number): string {
  const parts = [samples.length > 0 && plural(samples.length, 'sample'), runs.length > 0 && plural(runs.length, 'run')]
  const lines = parts.filter((part) => part !== false).join(' and ') || '0 samples'
  const used = units - left
  return used === samples.length + runs.length ? lines : `${plural(used, unit)} to ${lines}`
}

function formatLeft(unit: string, problems: readonly Problem[], left: number): string {
  const rows = problems.filter((problem) => problem.units === 0 && problem.kind !== 'note').length
  return plural(left, unit) + (rows > 0 ? ` and ${plural(rows, 'row')} without any` : '')
}

/** What the names of each file became. */
function formatGroups(groups: readonly Group[]): string[] {
  const head = ['file', 'format', 'model', 'precision', 'GPU', 'engine', 'samples', 'runs']
  const rows = groups.map((group) => [
    showFile(group.file),
    group.format,
    group.listed ? group.model : `${group.model} (unlisted)`,
    group.quantization,
    group.gpu_count === 1 ? group.gpu : `${group.gpu_count} × ${group.gpu}`,
    `${group.engine} ${group.engine_version === 'unknown' ? '(version unknown)' : group.engine_version}`,
    String(group.samples),
    String(group.runs),
  ])
  return formatTable(head, rows, [6, 7])
}

function formatReasons(problems: readonly Problem[], unit: string, all: boolean): string[] {
  const groups = groupBy(problems, ({ kind, reason }) => `${kind}: ${reason}`)
  return [...groups].flatMap(([title, group]) => {
    const units = group.reduce((sum, problem) => sum + problem.units, 0)
    const count = units > 0 ? plural(units, unit) : plural(group.length, 'row')
    const places = group.map(({ place }) => place)
    return ['', group[0]!.kind === 'note' ? title : `${title} (${count})`, ...formatPlaces(places, all)]
  })
}

/** Notes on fields that the lines lack and the caller could pass. */
function formatNotes({ samples, runs, groups, takenForOneGpu }: ImportResult): string[] {
  const lines = [...samples, ...runs]
  const versions = lines.filter(({ engine_version }) => engine_version === 'unknown').length
  const formats = groups.filter(({ quantization }) => quantization === 'unknown').length
  const unlisted = new Set(groups.filter(({ listed }) => !listed).map(({ model }) => model))
  const notes = [
    versions > 0 && `note: ${plural(versions, 'line')} with engine_version "unknown"; pass --engine-version V`,
    takenForOneGpu > 0 &&
      `note: ${plural(takenForOneGpu, 'line')} without gpu_count, taken for one GPU; pass --gpu-count N`,
    formats > 0 && `note: the precision of ${plural(formats, 'configuration')} is unknown; pass --quantization Q`,
    ...[...unlisted].map(
      (name) => `note: "${name}" is not in the catalogue: its figures stand under that name, for all to see`,
    ),
  ].filter((note) => note !== false)
  return notes.length > 0 ? ['', ...notes] : []
}

function formatPlaces(places: readonly Place[], all: boolean): string[] {
  const lines = [...groupBy(places, ({ file, line }) => `${showFile(file)}:${line}`)].map(([position, group]) => {
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
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && number === last[1] + 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`))
}

/** What is missing, and the options to add to the command for it. */
export function formatMissing({ missing, lacking }: ImportResult, unit: string): string {
  const width = Math.max(...missing.map(({ flag }) => flag.length)) + 2
  const lines = missing.flatMap(({ flag, what, why, places }) => [
    `  ${flag.padEnd(width)}${what}: ${why}`,
    ...formatPlaces(places, false).map((place) => `  ${' '.repeat(width - 2)}${place}`),
  ])
  const flags = [...new Set(missing.map(({ flag }) => flag))].join(' ')
  return `\nmissing, so that ${plural(lacking, unit)} ${lacking === 1 ? 'was' : 'were'} left out:\n${lines.join('\n')}\n\nAdd to the command: ${flags}\n`
}
