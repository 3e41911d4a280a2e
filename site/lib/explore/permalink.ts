/**
 * The path, for `href()`, that opens the explore page with a query in its editor: `explore/#q=…`. The query is in the fragment, so that it
 * never reaches a server. It does not run by itself: the visitor has to press Run.
 */
export function explorePath(sql: string): string {
  return `explore/#${encodeQuery(sql)}`
}

/** The fragment of a query, without `#`: `q=` and its UTF-8 bytes as base64url. */
export function encodeQuery(sql: string): string {
  let binary = ''
  for (const byte of new TextEncoder().encode(sql)) binary += String.fromCharCode(byte)
  return `q=${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
}

/** The query of a fragment such as `#q=…`, or of the older `#sql=…` with percent-encoding; null if there is none or it is malformed. */
export function decodeQuery(fragment: string): string | null {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''))
  const encoded = parameters.get('q')
  return encoded ? decodeBase64Url(encoded) : parameters.get('sql')
}

function decodeBase64Url(encoded: string): string | null {
  try {
    const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
