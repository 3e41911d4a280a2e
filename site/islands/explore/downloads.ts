import { toCsv } from '../../lib/csv.ts'
import { toJson } from '../../lib/explore/json.ts'
import type { QueryResult } from '../../lib/explore/result.ts'
import { saveFile } from '../save_file.ts'

interface Format {
  type: string
  write(result: QueryResult): string | Uint8Array
}
const FORMATS: Record<string, Format> = {
  csv: {
    type: 'text/csv;charset=utf-8',
    write: ({ columns, rows }) =>
      toCsv(
        columns.map(({ name }) => name),
        rows(),
      ),
  },
  json: { type: 'application/json', write: toJson },
  arrow: { type: 'application/vnd.apache.arrow.stream', write: ({ bytes }) => bytes },
}

/** Lets the buttons under `root` save the whole current result in their format. */
export function startDownloads(root: HTMLElement, current: () => QueryResult | undefined): void {
  root.addEventListener('click', (event) => {
    const name = (event.target as HTMLElement).closest<HTMLElement>('[data-format]')?.dataset.format
    const format = name === undefined ? undefined : FORMATS[name]
    const result = current()
    if (format && result) saveFile(root.ownerDocument, `result.${name}`, format.type, format.write(result))
  })
}
