import { parse } from 'csv-parse/sync'

/**
 * Parses CSV with a header line: fields in double quotes may hold commas, newlines and doubled quotes; blanks around a field,
 * blank lines and a byte-order mark are ignored. A field that a short line lacks is missing from the record. Throws with the
 * number of the line on a misplaced quote and on more fields than the header has.
 */
export function parseCsv(text: string): Record<string, string>[] {
  return parse<Record<string, string>>(text, {
    bom: true,
    columns: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count_less: true,
    skip_empty_lines: true,
    trim: true,
  })
}
