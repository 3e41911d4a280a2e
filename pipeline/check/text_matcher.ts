/** Whether the bytes from `start` to `end` are a text of a pattern. */
export type TextMatcher = (bytes: Buffer, start: number, end: number) => boolean

/** Plain text, then at most one run of a character class, which may be optional together with text before it: `anon(:[0-9a-f]{8,64})?`. */
const SIMPLE = /^([a-z]*)(?:(\()?([a-z:]*)\[([a-zA-Z0-9-]+)\]\{(\d+),(\d+)\}(?:\)\?)?)?$/

/** A matcher of a whole pattern. Simple patterns are matched on the bytes; for the others a string is made and tested. */
export function textMatcher(pattern: string): TextMatcher {
  const simple = SIMPLE.exec(pattern)
  if (simple?.[4] !== undefined) {
    const [, before = '', group, inside = '', characters, least, most] = simple
    const run = runMatcher(before + inside, new RegExp(`[${characters}]`), Number(least), Number(most))
    return group === undefined
      ? run
      : (bytes, start, end) => isText(bytes, start, end, before) || run(bytes, start, end)
  }
  const whole = new RegExp(`^(?:${pattern})$`)
  return (bytes, start, end) => whole.test(bytes.toString('latin1', start, end))
}

function isText(bytes: Buffer, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false
  return true
}

function runMatcher(text: string, characters: RegExp, least: number, most: number): TextMatcher {
  const allowed = Uint8Array.from({ length: 256 }, (_, byte) =>
    byte < 128 && characters.test(String.fromCharCode(byte)) ? 1 : 0,
  )
  return (bytes, start, end) => {
    const from = start + text.length
    if (end - from < least || end - from > most || !isText(bytes, start, from, text)) return false
    for (let i = from; i < end; i++) if (allowed[bytes[i]!] !== 1) return false
    return true
  }
}
