import { expect, test } from 'vitest'
import type { InputVerdicts } from '../../../contracts/index.ts'
import { verdictTable } from '../../../pipeline/report/verdict_table.ts'

function file(path: string, counts: Partial<InputVerdicts> = {}): InputVerdicts {
  const [area, contributor] = path.split('/') as [string, string]
  const kind = area === 'curated' ? 'curated' : 'community'
  const none = { lines: 10, accepted: 10, rejected: 0, quarantined: 0, reasons: {} }
  return { path, kind, contributor, ...none, ...counts }
}

test('sums by contributor, names reasons, and keeps a source apart from a contributor of the same name', () => {
  const table = verdictTable([
    file('curated/ada/runs.jsonl', { lines: 1_234_567, accepted: 1_234_567 }),
    file('exports/ada/2026-10/a.jsonl', { accepted: 7, quarantined: 3, reasons: { duplicate: 2, unknown_gpu: 1 } }),
    file('exports/ada/2026-11/b.jsonl', { accepted: 8, rejected: 1, quarantined: 1, reasons: { duplicate: 1 } }),
    file('exports/bob/2026-11/a-rather-long-name-for-a-file-of-samples.jsonl.zst'),
  ])
  expect(table.join('\n')).toMatchInlineSnapshot(`
    "contributor                                 lines  accepted rejected quarantined
    curated/ada                             1,234,567 1,234,567        0           0
    ada                                            20        15        1           4
      quarantined: duplicate 3, unknown_gpu 1
    bob                                            10        10        0           0

    file                                        lines  accepted rejected quarantined
    curated/ada/runs.jsonl                  1,234,567 1,234,567        0           0
    exports/ada/2026-10/a.jsonl                    10         7        0           3
      quarantined: duplicate 2, unknown_gpu 1
    exports/ada/2026-11/b.jsonl                    10         8        1           1
      quarantined: duplicate 1
    …g-name-for-a-file-of-samples.jsonl.zst        10        10        0           0"
  `)
  for (const line of table) expect(line.length).toBeLessThanOrEqual(80)
})

test('shows of many files first those with lines that do not count', () => {
  const many = Array.from({ length: 1000 }, (_, i) => file(`exports/ada/2026-11/${i}.jsonl`))
  many[777] = file('exports/ada/2026-11/bad.jsonl', { accepted: 9, rejected: 1 })
  const rows = verdictTable(many)
  const files = rows.slice(rows.indexOf('') + 1)
  expect(files).toHaveLength(42)
  expect(files[1]).toContain('bad.jsonl')
  expect(files.at(-1)).toBe('… and 960 more')
})

test('shows nothing that a terminal could act on', () => {
  const [row] = verdictTable([file('exports/ada/2026-11/\u001b[2J\u202e.jsonl')]).slice(-1)
  expect(row).toContain('"\\u001b[2J\\u202e.jsonl"')
})
