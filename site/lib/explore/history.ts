/** A query that was run, as the history keeps it. */
export interface HistoryEntry {
  sql: string
  rows: number
  ms: number
}

/** Queries kept at most. */
export const HISTORY_LIMIT = 50
const KEY = 'explore-history'

export interface History {
  /** Newest first. */
  entries(): readonly HistoryEntry[]
  /** Adds a query as the newest; one with the same text goes. */
  add(entry: HistoryEntry): void
  clear(): void
  /** Whether the entries outlast the page. */
  readonly isKept: boolean
}

/**
 * The history in a storage of the browser. `openStorage` may throw, as `localStorage` does where it is blocked: entries then last as long as
 * the page. What the storage holds is checked: other pages of the same host can write it.
 */
export function createHistory(openStorage: () => Storage): History {
  const storage = tryStorage(openStorage)
  let entries = readEntries(storage)
  let isKept = storage !== null
  const save = (next: readonly HistoryEntry[]) => {
    entries = next.slice(0, HISTORY_LIMIT)
    isKept = storage !== null && writeEntries(storage, entries)
  }
  return {
    entries: () => entries,
    add: (entry) => save([entry, ...entries.filter(({ sql }) => sql !== entry.sql)]),
    clear: () => save([]),
    get isKept() {
      return isKept
    },
  }
}

function tryStorage(openStorage: () => Storage): Storage | null {
  try {
    return openStorage() ?? null
  } catch {
    return null
  }
}

function readEntries(storage: Storage | null): HistoryEntry[] {
  try {
    const stored: unknown = JSON.parse(storage?.getItem(KEY) ?? '[]')
    return Array.isArray(stored) ? stored.filter(isEntry).slice(0, HISTORY_LIMIT) : []
  } catch {
    return []
  }
}

function writeEntries(storage: Storage, entries: readonly HistoryEntry[]): boolean {
  try {
    if (entries.length === 0) storage.removeItem(KEY)
    else storage.setItem(KEY, JSON.stringify(entries))
    return true
  } catch {
    return false
  }
}

function isEntry(value: unknown): value is HistoryEntry {
  const { sql, rows, ms } = (value ?? {}) as Partial<HistoryEntry>
  return typeof sql === 'string' && typeof rows === 'number' && typeof ms === 'number'
}
