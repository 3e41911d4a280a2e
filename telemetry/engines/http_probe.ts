/** Requests a path of an engine by `GET` and returns the JSON object in the response; null for anything else. Never throws. */
export type Probe = (path: string) => Promise<Record<string, unknown> | null>

/** Longest response that is read; SGLang's `/server_info` is the longest known, some tens of kB. In characters. */
const MAX_ANSWER = 4_194_304

/**
 * A probe of the engine at `url`, which may end in `/v1`. It follows no redirect.
 *
 * @param timeout_ms for each request
 */
export function createProbe(url: string, fetcher: typeof fetch, timeout_ms: number): Probe {
  const base = url.replace(/\/+$/, '').replace(/\/v1$/, '')
  return async (path) => {
    try {
      const signal = AbortSignal.timeout(timeout_ms)
      const answer = await fetcher(base + path, { signal, redirect: 'error', headers: { accept: 'application/json' } })
      const text = await answer.text()
      if (!answer.ok || text.length > MAX_ANSWER) return null
      const body: unknown = JSON.parse(text)
      return typeof body === 'object' && body !== null && !Array.isArray(body)
        ? (body as Record<string, unknown>)
        : null
    } catch {
      return null
    }
  }
}
