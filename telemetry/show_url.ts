/**
 * A URL for people to read: without user-info, query and fragment, which may hold secrets. Of text that is no URL, everything up
 * to its last `@` is left out too.
 */
export function showUrl(text: string): string {
  const { protocol, host, pathname } = URL.canParse(text) ? new URL(text) : { protocol: '', host: '', pathname: '' }
  if (host !== '') return `${protocol}//${host}${pathname === '/' ? '' : pathname}`
  return text.replace(/^.*@/s, '').replace(/[?#].*$/s, '')
}
