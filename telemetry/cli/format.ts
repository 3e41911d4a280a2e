import { showPath } from '../../contracts/show.ts'

/** Stands for the name of a file that is read from there. */
export const STANDARD_INPUT = '(standard input)'

/** The name of a file as it may be shown on a terminal. */
export function showFile(name: string): string {
  return name === STANDARD_INPUT ? name : showPath(name)
}

/** `1 line`, `1,234 lines`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

/** Breaks text into lines of at most `columns` characters, between words; a longer word gets a line of its own. */
export function wrap(text: string, columns: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, columns))
}

function wrapParagraph(paragraph: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of paragraph.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

const BYTE_UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** Bytes in the largest unit (powers of 1000) that keeps the figure at 1 or above, at three digits: `8.39 MB`. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), BYTE_UNITS.length - 1)
  const figure = bytes / 1000 ** power
  return `${power === 0 ? figure : figure.toPrecision(3)} ${BYTE_UNITS[power]}`
}

/** Rows of two columns, the left as wide as its longest entry. */
export function formatPairs(pairs: readonly (readonly [left: string, right: string])[], gap = 2): string[] {
  const width = Math.max(0, ...pairs.map(([left]) => left.length)) + gap
  return pairs.map(([left, right]) => `${left.padEnd(width)}${right}`.trimEnd())
}

/**
 * Columns under a head, each as wide as its longest entry.
 *
 * @param right which columns hold numbers, to be aligned at their end
 */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[], right: readonly number[]) {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)))
  return [head, ...rows].map((row) => {
    const cells = row.map((text, at) => (right.includes(at) ? text.padStart(widths[at]!) : text.padEnd(widths[at]!)))
    return cells.join('  ').trimEnd()
  })
}
