import { expect, test } from 'vitest'
import { IdSet, readJobId } from '../../../telemetry/collect/id_set.ts'
import { createRandom } from '../../bench/random.ts'

test('a set of ids holds what was added, once, and nothing else', () => {
  const random = createRandom(3)
  const edges = ['0000000000000000', '0000000000000001', 'ffffffffffffffff', '00000000ffffffff', 'ffffffff00000000']
  const added = [...edges.slice(1), ...Array.from({ length: 20_000 }, () => random.hex(16))]
  const set = new IdSet()
  for (const id of [...added, ...added]) set.add(readJobId(id))
  expect(set.size).toBe(new Set(added).size)
  expect(added.every((id) => set.has(readJobId(id)))).toBe(true)
  const others = Array.from({ length: 20_000 }, () => random.hex(16))
  expect(others.filter((id) => set.has(readJobId(id)))).toEqual([])
  expect(set.has(readJobId(`${added[7]}aa`))).toBe(true)
})
