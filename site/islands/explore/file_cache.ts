import type { RemoteFile } from '../../lib/explore/config.ts'
import { type DownloadOptions, download } from './download.ts'

const PREFIX = 'sql-engine '

/**
 * A file whose address names its version, from the browser's Cache API, else downloaded and put there. So it is fetched once, whatever
 * the server says about caching. Without a cache (no TLS, storage blocked or full) it is downloaded every time.
 */
export async function fetchOnce(file: RemoteFile, options: DownloadOptions = {}): Promise<Blob> {
  const cache = await openCache(file)
  const cached = await readCached(cache, file)
  if (cached) {
    options.onReceived?.(cached.size)
    return cached
  }
  const blob = new Blob([await download(file, options)], { type: typeOf(file) })
  // Not awaited: the engine can start meanwhile.
  void cache?.put(file.address, new Response(blob)).catch(() => {})
  return blob
}

/** Evicts a file from the cache, so that it is downloaded again. */
export async function evict(file: RemoteFile): Promise<void> {
  await (await openCache(file))?.delete(file.address).catch(() => false)
}

/** The cache of this version. Caches of other versions are deleted. */
async function openCache({ address }: RemoteFile): Promise<Cache | null> {
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

async function readCached(cache: Cache | null, file: RemoteFile): Promise<Blob | null> {
  try {
    const blob = await (await cache?.match(file.address))?.blob()
    return blob?.size === file.bytes ? new Blob([blob], { type: typeOf(file) }) : null
  } catch {
    return null
  }
}

const typeOf = ({ address }: RemoteFile): string => (address.endsWith('.wasm') ? 'application/wasm' : 'text/javascript')
