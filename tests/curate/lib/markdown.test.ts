import { expect, test } from 'vitest'
import { byColumn, numberIn, readTables } from '../../../curate/lib/markdown.ts'

const PAGE = `# Page
## First
text with a | bar
| Model | Rate |
|-------|-----:|
| **a** | 1,234.5 ± 2 |
| b     |

### Inner
Model | Rate
----- | ----
c | 3 t/s

## Second
| Model | Rate |
| :---- | ---: |
| d | - |
`

test('tables are read with the headings above them, with bars at the ends or without', () => {
  const tables = readTables(PAGE)
  expect(tables.map(({ headings }) => headings)).toEqual([
    ['Page', 'First'],
    ['Page', 'First', 'Inner'],
    ['Page', 'Second'],
  ])
  const lines = tables.flatMap((table) => table.rows.map((cells) => byColumn(table, cells)))
  expect(lines).toEqual([
    { Model: 'a', Rate: '1,234.5 ± 2' },
    { Model: 'b', Rate: '' },
    { Model: 'c', Rate: '3 t/s' },
    { Model: 'd', Rate: '-' },
  ])
})

test.each([
  ['1,234.5 ± 2', 1234.5],
  ['3 t/s', 3],
  ['N/A', null],
  ['-', null],
  [undefined, null],
])('the number in %s is %s', (cell, number) => {
  expect(numberIn(cell)).toBe(number)
})
