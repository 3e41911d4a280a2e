import { expect, test } from 'vitest'
import { parseCsv } from '../../../curate/lib/csv.ts'

test('quotes, blank lines, a byte-order mark, short lines and CRLF', () => {
  const text = '\uFEFFname,note ,value\r\n\r\na,"x, ""y""",1\r\nb,,\r\nc\r\n'
  expect(parseCsv(text)).toEqual([
    { line: 3, fields: { name: 'a', note: 'x, "y"', value: '1' } },
    { line: 4, fields: { name: 'b', note: '', value: '' } },
    { line: 5, fields: { name: 'c' } },
  ])
})
