import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineSplitter } from '../../../site/lib/my_numbers/line_splitter.ts'

function split(bytes: Uint8Array, size: number): (string | null)[] {
  const splitter = new LineSplitter()
  const lines: (string | null)[] = []
  for (let at = 0; at < bytes.length; at += size) lines.push(...splitter.push(bytes.subarray(at, at + size)))
  return [...lines, ...splitter.end()]
}

test('lines are the same however the bytes arrive (property)', () => {
  const text = fc.array(fc.constantFrom('a', 'é', '🙂', '\n', '\r\n', '\r', '{"x":1}')).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 7 }), (content, size) => {
      const expected = content.split(/\r\n|\n|\r/)
      if (expected.at(-1) === '') expected.pop()
      expect(split(new TextEncoder().encode(content), size)).toEqual(expected)
    }),
  )
})

test('a byte order mark is dropped, a line that is no UTF-8 comes as null', () => {
  expect(split(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0x0a, 0xff, 0x0a, 0x62), 2)).toEqual(['a', null, 'b'])
})
