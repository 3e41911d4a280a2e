import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeSpan, renderMarkdown } from '../../../pipeline/diff/markdown.ts'
import { renderText } from '../../../pipeline/diff/text.ts'
import { wrapText } from '../../../pipeline/report/wrap_text.ts'

const HOSTILE = [
  'a|b',
  '`code`',
  '<img src=x onerror=alert(1)>',
  '[link](https://example.org)',
  '@everyone',
  '# heading',
  'line\nbreak\r\nagain',
  '\\| `',
  '\u202egnp.exe',
  '\u001b[31m',
  '::set-output name=x::y',
  '',
  '   ',
]

/** Everything that a renderer could act on is inside one span, and the row has its two cells. */
function expectOneSpan(span: string): void {
  expect(span.startsWith('`') && span.endsWith('`') && span.length > 2).toBe(true)
  expect(span.slice(1, -1)).not.toMatch(/[`|\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  expect(span).not.toMatch(/\\[^u]/)
}

describe('Markdown', () => {
  test.each(HOSTILE)('holds %j in one code span', (text) => {
    expectOneSpan(codeSpan(text))
  })

  test('holds any text in one code span', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => expectOneSpan(codeSpan(text))),
      { numRuns: 2000 },
    )
  })

  test('keeps each row of a table and each problem on a line of its own', () => {
    const entries = HOSTILE.map((text) => ({ what: text, numbers: text }))
    const page = renderMarkdown([{ title: 'Files', total: 99, entries }], HOSTILE)
    const rows = page.split('\n').filter((line) => line.startsWith('| `'))
    expect(rows).toHaveLength(HOSTILE.length)
    for (const row of rows) expect(row.split('|')).toHaveLength(4)
    expect(page.split('\n').filter((line) => line.startsWith('- `'))).toHaveLength(HOSTILE.length)
    expect(page).toContain('… and 86 more')
    expect(page).toMatchInlineSnapshot(`
      "## What this changes

      ### Problems (13)

      - \`a\\u007cb\`
      - \`'code'\`
      - \`<img src=x onerror=alert(1)>\`
      - \`[link](https://example.org)\`
      - \`@everyone\`
      - \`# heading\`
      - \`line\\u000abreak\\u000d\\u000aagain\`
      - \`\\u005c\\u007c '\`
      - \`\\u202egnp.exe\`
      - \`\\u001b[31m\`
      - \`::set-output name=x::y\`
      - \`(empty)\`
      - \`(empty)\`

      ### Files (99)

      | What | Before → after |
      | --- | --- |
      | \`a\\u007cb\` | \`a\\u007cb\` |
      | \`'code'\` | \`'code'\` |
      | \`<img src=x onerror=alert(1)>\` | \`<img src=x onerror=alert(1)>\` |
      | \`[link](https://example.org)\` | \`[link](https://example.org)\` |
      | \`@everyone\` | \`@everyone\` |
      | \`# heading\` | \`# heading\` |
      | \`line\\u000abreak\\u000d\\u000aagain\` | \`line\\u000abreak\\u000d\\u000aagain\` |
      | \`\\u005c\\u007c '\` | \`\\u005c\\u007c '\` |
      | \`\\u202egnp.exe\` | \`\\u202egnp.exe\` |
      | \`\\u001b[31m\` | \`\\u001b[31m\` |
      | \`::set-output name=x::y\` | \`::set-output name=x::y\` |
      | \`(empty)\` | \`(empty)\` |
      | \`(empty)\` | \`(empty)\` |

      … and 86 more; \`--format json\` lists all.
      "
    `)
  })
})

describe('text', () => {
  test('breaks lines at 80 columns without losing a character that is not blank', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        const lines = wrapText(text, 80, '  ')
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })

  test('says how many entries it leaves off', () => {
    const entries = [{ what: 'a', numbers: '1 → 2' }]
    expect(renderText([{ title: 'Cells that gain', total: 1201, entries }])).toEqual([
      'Cells that gain (1,201)',
      '  a',
      '      1 → 2',
      '  … and 1,200 more; --format json lists all',
    ])
  })
})
