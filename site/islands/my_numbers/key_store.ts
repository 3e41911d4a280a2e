import type { Key } from '../../lib/my_numbers/check_file.ts'

const DATABASE = 'orch-my-numbers'
const STORE = 'keys'
const NAME = 'pseudonyms'

/**
 * The key of this browser's pseudonyms: made on first need and kept, so that the same sample gets the same name the next time and counts once.
 * It can be used and never read, not even by this page. Where nothing can be kept, a key for this visit.
 */
export async function openKey(): Promise<Key> {
  try {
    const database = await openDatabase()
    const known = (await settle(store(database, 'readonly').get(NAME))) as CryptoKey | undefined
    if (known) return { key: known, kept: true }
    const key = await createKey()
    await settle(store(database, 'readwrite').put(key, NAME))
    return { key, kept: true }
  } catch {
    return { key: await createKey(), kept: false }
  }
}

function createKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE)
  return settle(request)
}

function store(database: IDBDatabase, mode: IDBTransactionMode): IDBObjectStore {
  return database.transaction(STORE, mode).objectStore(STORE)
}

function settle<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
