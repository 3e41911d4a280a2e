/** A query in the history. */
export interface HistoryEntry {
  sql: string
  rows: number
  ms: number
}

/** Most queries in the history. */
export const HISTORY_LIMIT = 50
const KEY = 'explore-history'

export interface History {
  /** Newest first. */
  entries(): readonly HistoryEntry[]
  /** Adds a query as the newest; removes an older one of the same text. */
  add(entry: HistoryEntry): void
  clear(): void
  /** Whether the entries outlast the page. */
  readonly isKept: boolean
}

/**
 * The history in a storage of the browser. `openStorage` may throw, as `localStorage` does if it is blocked: entries then last as long as
 * the page. Stored entries are validated, because other pages of the same host can write them.
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
