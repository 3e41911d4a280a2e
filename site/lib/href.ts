/** The address of a page or file of this site. `path` is relative to its root (`models/`); the base path is prepended; outside of a build there is none. */
export function href(path = ''): string {
  return joinBase(import.meta.env?.BASE_URL ?? '/', path)
}

/** `/x` or `/x/` and `models/` → `/x/models/`. */
export function joinBase(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/${path}`
}
