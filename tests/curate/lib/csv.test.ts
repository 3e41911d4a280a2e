import { expect, test } from 'vitest'
import { parseCsv } from '../../../curate/lib/csv.ts'

test('quotes, blank lines, a byte-order mark, short lines and CRLF', () => {
  const text = '\uFEFFname,note ,value\r\n\r\na,"x, ""y""",1\r\n  \r\nb,,\r\nc\r\n'
  expect(parseCsv(text)).toEqual([
    { name: 'a', note: 'x, "y"', value: '1' },
    { name: 'b', note: '', value: '' },
    { name: 'c' },
  ])
})

test.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
])('a quoted field keeps its newlines, commas and quotes, in a file with %s', (_name, end) => {
  const text = ['name,note,value', `"a","first line${end}${end}a ""second"", longer",1`, 'b,plain, 2 '].join(end)
  expect(parseCsv(text)).toEqual([
    { name: 'a', note: `first line${end}${end}a "second", longer`, value: '1' },
    { name: 'b', note: 'plain', value: '2' },
  ])
})

test.each([
  ['a quote that is never closed', 'name,note\na,"open\nb,c\n', /quote/i],
  ['text after a closing quote', 'name,note\na,"x"y\n', /quote/i],
  ['a line with more fields than the header', 'name,note\na,b\na,b,c\n', /line 3/],
])('%s is an error', (_name, text, message) => {
  expect(() => parseCsv(text)).toThrow(message)
})
