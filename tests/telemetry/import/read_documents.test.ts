import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDocuments } from '../../../telemetry/import/read_documents.ts'

const read = (input: string | Uint8Array) => {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input
  const { documents, problems } = readDocuments('f', bytes, 'do this')
  return { values: documents.map(({ line, value }) => [line, value]), problems }
}

describe('forms', () => {
  it.each([
    ['lines', '{"a":1}\n\n{"a":2}\n'],
    ['an array over lines', '[\n{"a":1},\n{"a":2}\n]\n'],
  ])('reads %s', (_, text) => {
    expect(read(text).values.map(([, value]) => value)).toEqual([{ a: 1 }, { a: 2 }])
  })

  it('counts lines from 1', () => {
    expect(read('{"a":1}\n\n{"a":2}').values.map(([line]) => line)).toEqual([1, 3])
    expect(read('[\n  {\n "a": 1\n },\n\n  {"a":2}\n]').values.map(([line]) => line)).toEqual([2, 6])
  })

  it('reads one object spread over lines', () => {
    expect(read('{\n  "a": [\n    1\n  ]\n}\n').values).toEqual([[1, { a: [1] }]])
  })

  it('reads NaN and Infinity as Python writes them, and leaves them alone inside text', () => {
    const [[, value]] = read('{"a":Infinity,"b":[-Infinity,NaN],"c":"NaN \\" Infinity"}').values as [[number, unknown]]
    expect(value).toEqual({ a: null, b: [null, null], c: 'NaN " Infinity' })
  })

  it('reads UTF-8 with a mark and the UTF-16 of Windows PowerShell', () => {
    expect(read('\uFEFF{"a":"ä"}').values).toEqual([[1, { a: 'ä' }]])
    expect(read(Buffer.from('\uFEFF{"a":"ä"}\r\n', 'utf16le')).values).toEqual([[1, { a: 'ä' }]])
  })

  it('cuts arrays of any JSON values as JSON.parse does (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 1, 2), (array, indent) => {
        fc.pre(array.length > 0)
        const text = JSON.stringify(array, null, indent)
        expect(read(text).values.map(([, value]) => value)).toEqual(JSON.parse(text))
      }),
    )
  })
})

describe('damage', () => {
  it.each([
    ['a torn last line', '{"a":1}\n{"a":', [2]],
    ['a torn line in between', '{"a":\n{"a":1}\n', [1]],
    ['a log line', 'loading model\n{"a":1}\n', [1]],
    ['an array that breaks off', '[\n{"a":1},\n{"a":', [3]],
  ])('reports %s with its line and reads the rest', (_, text, lines) => {
    const { values, problems } = read(text)
    expect(values.map(([, value]) => value)).toEqual([{ a: 1 }])
    expect(problems.map(({ kind, place }) => [kind, place.line])).toEqual(lines.map((line) => ['invalid', line]))
  })

  it('says what is wrong without repeating the text', () => {
    expect(read('my secret prompt').problems[0]!.reason).toMatchInlineSnapshot(
      `"row: expected a JSON value, found text that is not JSON; do this"`,
    )
    expect(read('').problems[0]!.reason).toMatchInlineSnapshot(`"file: expected results, found an empty file; do this"`)
    expect(read(new Uint8Array([0x7b, 0xc3, 0x28])).problems[0]!.reason).toMatchInlineSnapshot(
      `"file: expected UTF-8 text, found other bytes; save the output of the tool as UTF-8"`,
    )
  })
})
