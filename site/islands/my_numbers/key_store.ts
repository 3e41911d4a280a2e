import type { Key } from '../../lib/my_numbers/check_file.ts'

const DATABASE = 'orch-my-numbers'
const STORE = 'keys'
const NAME = 'pseudonyms'

/**
 * The HMAC key of this browser's pseudonyms. Created on first use and stored, so that the same sample gets the same pseudonym next time and
 * counts once. Not extractable, not even by this page. If storage is blocked, a key for this visit only.
 */
export async function openKey(): Promise<Key> {
  try {
    const database = await openDatabase()
    const stored = (await resultOf(store(database, 'readonly').get(NAME))) as CryptoKey | undefined
    if (stored) return { key: stored, kept: true }
    const key = await createKey()
    await resultOf(store(database, 'readwrite').put(key, NAME))
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
  return resultOf(request)
}

function store(database: IDBDatabase, mode: IDBTransactionMode): IDBObjectStore {
  return database.transaction(STORE, mode).objectStore(STORE)
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
