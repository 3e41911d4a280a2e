/** Prints a table in Markdown, its first column to the left and the others to the right. */
export function printTable(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): void {
  const cells = [columns, ...rows]
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)))
  const line = (row: readonly string[]) =>
    `| ${row.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join(' | ')} |`
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  console.log(`\n${title}\n\n${[line(columns), rule, ...rows.map(line)].join('\n')}`)
}

/** Prints what was aimed at and what was found; a miss makes the program end with exit code 1. */
export function printAim(aim: string, found: string, met: boolean): void {
  if (!met) process.exitCode = 1
  console.log(`\n${met ? 'met' : 'MISSED'}: aim ${aim}, found ${found}`)
}
