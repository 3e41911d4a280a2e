import type { RemoteFile } from '../../lib/explore/config.ts'
import { type DownloadOptions, download } from './download.ts'

const PREFIX = 'sql-engine '

/**
 * A file whose address names its version, from the browser's own store, else downloaded and put there: so it is fetched once, whatever the server
 * says about caching. Where there is no store (an address without TLS, storage blocked or full) it is downloaded.
 */
export async function fetchOnce(file: RemoteFile, options: DownloadOptions = {}): Promise<Blob> {
  const store = await openStore(file)
  const kept = await readKept(store, file)
  if (kept) {
    options.onReceived?.(kept.size)
    return kept
  }
  const blob = new Blob([await download(file, options)], { type: typeOf(file) })
  // Not waited for: the engine can start meanwhile.
  void store?.put(file.address, new Response(blob)).catch(() => {})
  return blob
}

/** Forgets what is kept of a file, so that it is downloaded again. */
export async function forget(file: RemoteFile): Promise<void> {
  await (await openStore(file))?.delete(file.address).catch(() => false)
}

/** The store of this version; those of other versions go. */
async function openStore({ address }: RemoteFile): Promise<Cache | null> {
  try {
    const folder = address.slice(0, address.lastIndexOf('/'))
    const family = PREFIX + folder.slice(0, folder.lastIndexOf('/') + 1)
    for (const name of await caches.keys()) {
      if (name.startsWith(family) && name !== PREFIX + folder) await caches.delete(name)
    }
    return await caches.open(PREFIX + folder)
  } catch {
    return null
  }
}

async function readKept(store: Cache | null, file: RemoteFile): Promise<Blob | null> {
  try {
    const blob = await (await store?.match(file.address))?.blob()
    return blob?.size === file.bytes ? new Blob([blob], { type: typeOf(file) }) : null
  } catch {
    return null
  }
}

const typeOf = ({ address }: RemoteFile): string => (address.endsWith('.wasm') ? 'application/wasm' : 'text/javascript')
