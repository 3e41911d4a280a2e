import { expect, test } from 'vitest'
import {
  llamaBenchFields,
  readLlamaBenchRow,
  readLlamaBenchTables,
  weightsIn,
} from '../../../curate/lib/llama_bench.ts'

const LOG = `### GPU 0 ONLY ###
| model         |       size | backend | test          |           t/s |
| ------------- | ---------: | ------- | ------------: | ------------: |
| llama 7B Q4_0 |   3.50 GiB | Vulkan  | pp512         | 1024.00 ± 5.0 |
| llama 7B Q4_0 | 512.00 MiB | Vulkan  | tg128 @ d4096 |    64.00 ± 0.1 |
| llama 7B Q4_0 |   3.50 GiB | Vulkan  | pp512+tg128   |  100.00 ± 0.1 |

build: a81a56957 (7361)

### GPU 1 ONLY ###
| model | test  | t/s |
| ----- | ----- | --- |
| a     | tg128 | 1.0 |
`

test('tests, weights and builds of the tables of llama-bench', () => {
  const [first, second] = readLlamaBenchTables(LOG)
  const { table } = first!
  expect(first!.engine_version).toBe('b7361')
  expect(second!.engine_version).toBe('unknown')
  expect(table.rows.map((cells) => weightsIn(table, cells))).toEqual([3584, 512, 3584])
  expect(table.rows.map((cells) => readLlamaBenchRow(table, cells))).toEqual([
    { kind: 'pp', tokens: 512, depth: 0, tokens_per_second: 1024 },
    { kind: 'tg', tokens: 128, depth: 4096, tokens_per_second: 64 },
    null,
  ])
})

test('a pp test gives the first token, a tg test the decode time behind its prefix', () => {
  expect(llamaBenchFields({ kind: 'pp', tokens: 512, depth: 0, tokens_per_second: 1024 })).toEqual({
    tokens_in: 512,
    tokens_out: 1,
    first_token_ms: 500,
    decode_time_ms: null,
  })
  expect(llamaBenchFields({ kind: 'tg', tokens: 128, depth: 4096, tokens_per_second: 64 })).toEqual({
    tokens_in: 4096,
    tokens_out: 128,
    first_token_ms: null,
    decode_time_ms: 2000,
  })
})
