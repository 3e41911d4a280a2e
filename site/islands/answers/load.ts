const loaded = new Map<string, Promise<unknown>>()

/** A JSON file of this site, fetched once. A failed fetch is retried by the next call. */
export function loadJson<Data>(address: string): Promise<Data> {
  const pending = loaded.get(address) ?? fetchJson(address)
  loaded.set(address, pending)
  pending.catch(() => loaded.delete(address))
  return pending as Promise<Data>
}

async function fetchJson(address: string): Promise<unknown> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`.trim())
  return response.json()
}
