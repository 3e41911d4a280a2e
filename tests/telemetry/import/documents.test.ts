import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDocuments } from '../../../telemetry/import/documents/read_documents.ts'

function read(input: string | Uint8Array) {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input
  const { documents, problems } = readDocuments('f', bytes)
  const json = documents.filter(({ form }) => form === 'json')
  const text = documents.filter(({ form }) => form === 'text')
  return { documents, problems, values: json.map(({ line, value }) => [line, value]), log: text[0]?.lines ?? 0 }
}

const valuesOf = (input: string | Uint8Array) => read(input).values.map(([, value]) => value)

describe('JSON', () => {
  it.each([
    ['lines', '{"a":1}\n\n{"a":2}\n'],
    ['an array over lines', '[\n{"a":1},\n{"a":2}\n]\n'],
    ['arrays in a row', '[{"a":1}]\n[\n  {"a":2}\n]'],
    ['arrays without a line end between', '[{"a":1}][{"a":2}]'],
    ['objects spread over lines, in a row', '{\n "a":\n 1}\n{\n"a":2\n}'],
    ['CRLF', '[\r\n{"a":1},\r\n{"a":2}\r\n]\r\n'],
  ])('reads %s', (_, text) => {
    expect(valuesOf(text)).toEqual([{ a: 1 }, { a: 2 }])
    expect(read(text)).toMatchObject({ log: 0, problems: [] })
  })

  it.each([
    ['before an array', 'loaded RPC backend\nFound 2 devices\n[\n  {"a":1}\n]', 2],
    ['around lines', 'init: 1 device\n  Device 0: X, VMM: yes\n{"a":1}\n\nbuild: 689e227db (10357)\n', 3],
    ['that looks like an array', '[INFO] loading\n[2026-10-01 12:00:00] done\n[12] x\n{"a":1}', 3],
    ['that looks like an object', '{main} started\n{"a":1}', 1],
    ['in front on the same line', '12:00:01 INFO result {"a":1}', 0],
  ])('reads values with a log %s', (_, text, lines) => {
    expect(valuesOf(text)).toEqual([{ a: 1 }])
    expect(read(text)).toMatchObject({ log: lines, problems: [] })
  })

  it('counts lines from 1', () => {
    expect(read('{"a":1}\n\n{"a":2}').values.map(([line]) => line)).toEqual([1, 3])
    expect(read('[\n  {\n "a": 1\n },\n\n  {"a":2}\n]').values.map(([line]) => line)).toEqual([2, 6])
  })

  it('makes null of what Python and C write for numbers that are none, and leaves it alone inside text', () => {
    const text = '{"a":Infinity,"b":[-Infinity,NaN],"c":"NaN \\" Infinity","d":[nan,-nan,-nan(ind),inf,-inf]}'
    expect(valuesOf(text)).toEqual([
      { a: null, b: [null, null], c: 'NaN " Infinity', d: [null, null, null, null, null] },
    ])
  })

  it.each([
    ['UTF-8 with a mark', new TextEncoder().encode('\uFEFF{"a":"ä"}')],
    ['UTF-16 with a mark', Buffer.from('\uFEFF{"a":"ä"}\r\n', 'utf16le')],
    ['UTF-16 without one', Buffer.from('{"a":"ä"}\r\n', 'utf16le')],
    ['big-endian UTF-16', Buffer.from('\uFEFF{"a":"ä"}', 'utf16le').swap16()],
    ['big-endian UTF-16 without a mark', Buffer.from('{"a":"ä"}', 'utf16le').swap16()],
    ['UTF-16 that breaks off within a character', Buffer.from('{"a":"ä"}\r\n', 'utf16le').subarray(0, -1)],
    ['a code page of Windows', Buffer.from('{"a":"ä"}', 'latin1')],
  ])('reads %s', (_, bytes) => {
    expect(valuesOf(bytes)).toEqual([{ a: 'ä' }])
  })

  it.each([
    ['colours', (line: string) => `\u001b[1;32m${line}\u001b[0m`],
    ['times of CI', (line: string) => `2026-11-01T10:00:00.1234567Z ${line}`],
    ['times and streams of containers', (line: string) => `2026-11-01T10:00:00.123+00:00 stdout F ${line}`],
    ['times in brackets', (line: string) => `[2026-11-01 10:00:00] ${line}`],
    ['quotation marks', (line: string) => `> ${line}`],
  ])('takes off %s', (_, decorate) => {
    const lines = ['loading', '[', '  {', '    "a": 1', '  }', ']', '| b | c | d |', '|--|--|--|', '| 2 | 3 | > 4 |']
    const { values, documents } = read(lines.map(decorate).join('\n'))
    expect(values).toEqual([[3, { a: 1 }]])
    expect(documents).toContainEqual(expect.objectContaining({ form: 'markdown', value: { b: '2', c: '3', d: '> 4' } }))
  })

  it('reads very many values on one line, and refuses more than fit into memory', () => {
    const values = (count: number) => `[${'{"a":12345678},'.repeat(count - 1)}{"a":1}]\n`
    expect(valuesOf(values(100_000))).toHaveLength(100_000)
    const { documents, problems } = read('x\n'.repeat(500_001))
    expect(documents).toEqual([])
    expect(problems[0]!.reason).toContain('at most 500,000 values and lines')
  })

  it('cuts arrays of any JSON values as JSON.parse does (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 1, 2), (array, indent) => {
        fc.pre(array.length > 0)
        const text = JSON.stringify(array, null, indent)
        expect(valuesOf(text)).toEqual(JSON.parse(text))
      }),
    )
  })
})

describe('damage', () => {
  it.each([
    ['a torn last line', '{"a":1}\n{"a":', [2]],
    ['a torn line in between', '{"a":\n{"a":1}\n', [1]],
    ['a line torn inside a string', '{"b":"x\n{"a":1}\n', [1]],
    ['an array that breaks off', '[\n  {"a":1},\n  {"a":', [3]],
    ['an array that breaks off before the next run', '[\n  {"a":\n[\n  {"a":1}\n]', [2]],
    ['a damaged element', '[\n{"a":f\n\talse},\n{"a":1}\n]', [2]],
  ])('reports %s with its line and reads the rest', (_, text, lines) => {
    const { documents, problems } = read(text)
    expect(documents.flatMap(({ value }) => value)).toEqual([{ a: 1 }])
    expect(problems.map(({ kind, place }) => [kind, place.line])).toEqual(lines.map((line) => ['invalid', line]))
  })

  it('says what is wrong without repeating the text', () => {
    const reason = (input: string | Uint8Array) => read(input).problems[0]!.reason
    expect(reason('{"prompt": "my secret')).toMatchInlineSnapshot(
      `"row: expected a whole JSON value, found one that breaks off or is damaged; what stands before and after it is read; run the benchmark again for the rest"`,
    )
    expect(reason('')).toMatchInlineSnapshot(
      `"file: expected results, found an empty file; name the file that the tool wrote"`,
    )
    expect(reason(new Uint8Array([0x7b, 0xc3, 0x28]))).toMatchInlineSnapshot(
      `"file: expected text, found bytes that are no text; name the file that the tool wrote"`,
    )
  })
})

describe('tables', () => {
  const rows = (text: string) => read(text).documents.map(({ form, line, value }) => [form, line, value])

  it('reads CSV with quotes and commas inside them', () => {
    expect(rows('build,gpu_info,avg_ns\n"8cf","A, ""B""","5"\n"8cf",C,6\n')).toEqual([
      ['csv', 2, { build: '8cf', gpu_info: 'A, "B"', avg_ns: '5' }],
      ['csv', 3, { build: '8cf', gpu_info: 'C', avg_ns: '6' }],
    ])
  })

  it.each([
    ['semicolons and decimal commas', 'build;gpu_info;avg_ns\n"8cf";"A; ""B""";5,25\n8cf;;6,1E+08\n'],
    ['tabs', 'build\tgpu_info\tavg_ns\n8cf\t"A; ""B"""\t5.25\n8cf\t\t6.1E+08\n'],
  ])('reads what a spreadsheet makes of it, with %s', (_, text) => {
    expect(rows(text)).toEqual([
      ['csv', 2, { build: '8cf', gpu_info: 'A; "B"', avg_ns: '5.25' }],
      ['csv', 3, { build: '8cf', gpu_info: '', avg_ns: '6.1E+08' }],
    ])
  })

  it('keeps empty cells', () => {
    expect(rows('cpu,gpu,avg_ns\n"",,5\n').map(([, , cells]) => cells)).toEqual([{ cpu: '', gpu: '', avg_ns: '5' }])
  })

  it('reads INSERT statements below the table that they fill', () => {
    const text =
      "CREATE TABLE IF NOT EXISTS test (\n  a TEXT,\n  b REAL\n);\n\nINSERT INTO test (a, b) VALUES ('it''s, x', '5');\n"
    expect(rows(text)).toEqual([['sql', 6, { a: "it's, x", b: '5' }]])
  })

  it('tells the tables of runs that were appended to one file apart', () => {
    const table = 'build,gpu_info,avg_ns\n"8cf","A","5"\n'
    expect(rows(table + table).map(([, line]) => line)).toEqual([2, 4])
  })

  it('reads a Markdown table, with the lines around it beside', () => {
    const text = 'Device 0: X\n| model | t/s |\n| ----- | --: |\n| qwen | 5 ± 1 |\n\nbuild: 8cf (5163)\n'
    expect(read(text).documents).toMatchObject([
      {
        form: 'markdown',
        line: 4,
        value: { model: 'qwen', 't/s': '5 ± 1' },
        context: 'Device 0: X\nbuild: 8cf (5163)',
      },
      { form: 'text', lines: 2 },
    ])
  })

  it('tells the text above and below a table from that of the other tables', () => {
    const table = '| model | t/s |\n| ----- | --: |\n| qwen | 5 |\n'
    const { documents } = read(`Device 0: X\n${table}\nbuild: a (1)\nDevice 0: Y\n${table}build: b (2)\n`)
    expect(documents.map(({ above, below }) => [above, below]).slice(0, 2)).toEqual([
      ['Device 0: X', 'build: a (1)\nDevice 0: Y'],
      ['build: a (1)\nDevice 0: Y', 'build: b (2)'],
    ])
  })
})
