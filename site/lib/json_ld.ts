/** Structured data; undefined members are omitted. */
export type JsonLd = { [key: string]: unknown }

/** U+2028 and U+2029, which are line terminators in older JavaScript. */
const LINE_ENDS = /[\u2028\u2029]/g

/**
 * Structured data as the text of a script element. Characters that could close the element or open another are escaped, so that no name
 * from the data can break out.
 */
export function serialiseJsonLd(data: JsonLd): string {
  return JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replace(LINE_ENDS, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'))
}
