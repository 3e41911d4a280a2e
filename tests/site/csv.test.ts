import { describe, expect, test } from 'vitest'
import { toCsv } from '../../site/lib/csv.ts'

const cell = (value: unknown) => toCsv(['c'], [[value]]).split('\r\n')[1]

describe('a CSV cell', () => {
  test.each(['=SUM(A1)', '+1+1', '-2+3', '@now', '\tx', '=cmd|x'])('%s cannot run as a formula', (text) => {
    expect(cell(text)).toBe(`'${text}`)
  })
  test.each([-1.5, '-12', '-1e-7', 0, 12n])('%s stays a number', (value) => expect(cell(value)).toBe(String(value)))
  test('quotes what would break the row', () => {
    expect(cell('a,b')).toBe('"a,b"')
    expect(cell('say "hi"')).toBe('"say ""hi"""')
    expect(toCsv(['a'], [['two\nlines']])).toBe('a\r\n"two\nlines"\r\n')
  })
  test('is empty where there is nothing', () => expect([cell(null), cell(undefined)]).toEqual(['', '']))
})
