/** What stands for text that is not JSON, as `undefined` and `null` could be values. */
export const NOT_JSON = Symbol('not JSON')

/**
 * Parses JSON as programs write it. What JSON lacks becomes null: NaN and ±Infinity of Python, `nan`, `-nan`, `-nan(ind)` and `inf` of C's
 * printf.
 */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source)
  } catch {}
  try {
    return JSON.parse(withoutNonFinite(source))
  } catch {
    return NOT_JSON
  }
}

const TEXT_OR_NON_FINITE = /"[^"\\]*(?:\\.[^"\\]*)*"|[-+]?\b(?:nan(?:\([a-z0-9_]*\))?|inf(?:inity)?)(?![\w"])/gis

function withoutNonFinite(source: string): string {
  return source.replace(TEXT_OR_NON_FINITE, (match) => (match[0] === '"' ? match : 'null'))
}
