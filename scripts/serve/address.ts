/** `matrix` → `/matrix/`; the empty path → `/`. */
export function normalizeBasePath(basePath: string): string {
  const inner = basePath.replace(/^\/+|\/+$/g, '')
  return inner === '' ? '/' : `/${inner}/`
}

/** The port in `text`, `fallback` where it is not set. Throws where it is not a port. */
export function parsePort(text: string | undefined, fallback: number): number {
  if (text === undefined || text === '') return fallback
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new Error(`PORT: expected a whole number from 0 to 65535, for example PORT=4322, found "${text}"`)
}

/** The host as a visitor of this machine writes it into an address. */
export function displayHost(host: string): string {
  if (['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
