/**
 * Parses CSV with a header line: fields in double quotes may hold commas and doubled quotes, blank lines are skipped, a
 * byte-order mark is ignored. Each record carries the number of its line in the file, counted from 1; a field that a
 * short line lacks is missing from the record.
 */
export function parseCsv(text: string): { line: number; fields: Record<string, string> }[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const header = splitLine(lines[0] ?? '').map((name) => name.trim())
  return lines.flatMap((content, index) => {
    if (index === 0 || content.trim() === '') return []
    const cells = splitLine(content)
    const fields = Object.fromEntries(
      header.flatMap((name, column) => (cells[column] === undefined ? [] : [[name, cells[column]]])),
    )
    return [{ line: index + 1, fields }]
  })
}

function splitLine(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  )
}
