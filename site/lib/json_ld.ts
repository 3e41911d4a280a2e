/** A value of structured data; undefined ones are left out. */
export type JsonLd = { [key: string]: unknown }

/** U+2028 and U+2029, which older scripts take for the end of a line. */
const LINE_ENDS = /[\u2028\u2029]/g

/**
 * Structured data as the text of a script element. What could end the element or open another is written as an escape, so that
 * no name of the data leaves it.
 */
export function serialiseJsonLd(data: JsonLd): string {
  return JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replace(LINE_ENDS, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'))
}
