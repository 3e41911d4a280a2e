/**
 * The path below the site's root that opens the explore page with a query in its editor: `explore/#q=…`, for `href()`. The query stands in the
 * fragment, so that it never reaches a server. It is not run: a visitor has to press Run.
 */
export function explorePath(sql: string): string {
  return `explore/#${encodeQuery(sql)}`
}

/** The fragment that carries a query, without `#`: `q=` and the base64url form of its UTF-8 bytes. */
export function encodeQuery(sql: string): string {
  let binary = ''
  for (const byte of new TextEncoder().encode(sql)) binary += String.fromCharCode(byte)
  return `q=${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
}

/** The query of a fragment such as `#q=…`, or of the older `#sql=…` with percent-encoding; null where it carries none that can be read. */
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
