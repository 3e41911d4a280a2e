import { expect, test } from 'vitest'
import { createHistory, HISTORY_LIMIT, type HistoryEntry } from '../../../site/lib/explore/history.ts'

const entry = (sql: string): HistoryEntry => ({ sql, rows: 1, ms: 2 })

function fakeStorage(content?: string, { full = false } = {}): Storage {
  const items = new Map(content === undefined ? [] : [['explore-history', content]])
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (full) throw new DOMException('full', 'QuotaExceededError')
      items.set(key, value)
    },
    removeItem: (key: string) => void items.delete(key),
  } as unknown as Storage
}

test('keeps the newest first, each text once, the last 50', () => {
  const storage = fakeStorage()
  const history = createHistory(() => storage)
  for (let i = 0; i < HISTORY_LIMIT + 5; i++) history.add(entry(`SELECT ${i}`))
  history.add(entry('SELECT 20'))
  expect(history.isKept).toBe(true)
  const next = createHistory(() => storage).entries()
  expect(next.map(({ sql }) => sql).slice(0, 3)).toEqual(['SELECT 20', 'SELECT 54', 'SELECT 53'])
  expect(next).toHaveLength(HISTORY_LIMIT)
})

test('is cleared from the storage as well', () => {
  const storage = fakeStorage()
  const history = createHistory(() => storage)
  history.add(entry('SELECT 1'))
  history.clear()
  expect(storage.getItem('explore-history')).toBeNull()
  expect(history.entries()).toEqual([])
})

test.each([
  [
    'blocked',
    () => {
      throw new DOMException('blocked', 'SecurityError')
    },
  ],
  ['absent', () => undefined as unknown as Storage],
  ['full', () => fakeStorage(undefined, { full: true })],
])('works while storage is %s, and says that nothing is kept', (_, open) => {
  const history = createHistory(open)
  history.add(entry('SELECT 1'))
  expect(history.entries()).toEqual([entry('SELECT 1')])
  expect(history.isKept).toBe(false)
})

test.each([
  'not JSON',
  '{}',
  '[1, null, {"sql": 3}, {"sql": "SELECT 1", "rows": "many", "ms": 1}]',
])('takes nothing over from a storage with %s', (content) =>
  expect(createHistory(() => fakeStorage(content)).entries()).toEqual([]))
