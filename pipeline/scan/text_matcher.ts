import { endOfScalar } from './bytes.ts'

/** Where the text of a pattern that begins at `start` ends, followed by a quote; -1 where there is none. */
export type TextMatcher = (bytes: Buffer, start: number) => number

/** Plain text, then at most one run of a character class, which may be optional together with text before it: `anon(:[0-9a-f]{8,64})?`. */
const SIMPLE = /^([a-z]*)(?:(\()?([a-z:]*)\[([a-zA-Z0-9-]+)\]\{(\d+),(\d+)\}(?:\)\?)?)?$/

/** A matcher of a whole pattern between quotes. Simple patterns are matched on the bytes; for the others a string is made and tested. */
export function textMatcher(pattern: string): TextMatcher {
  const simple = SIMPLE.exec(pattern)
  if (simple?.[4] === undefined) return stringMatcher(new RegExp(`^(?:${pattern})$`))
  const [, before = '', group, inside = '', characters, least, most] = simple
  const run = runMatcher(before + inside, new RegExp(`[${characters}]`), Number(least), Number(most))
  if (group === undefined) return run
  return (bytes, start) => {
    const end = run(bytes, start)
    return end === -1 && isText(bytes, start, before) ? quoted(bytes, start + before.length) : end
  }
}

function stringMatcher(whole: RegExp): TextMatcher {
  return (bytes, start) => {
    const end = endOfScalar(bytes, start - 1) - 1
    return end > start && whole.test(bytes.toString('latin1', start, end)) ? end : -1
  }
}

function runMatcher(text: string, characters: RegExp, least: number, most: number): TextMatcher {
  const allowed = Uint8Array.from({ length: 256 }, (_, byte) =>
    byte < 128 && characters.test(String.fromCharCode(byte)) ? 1 : 0,
  )
  return (bytes, start) => {
    if (!isText(bytes, start, text)) return -1
    const from = start + text.length
    let end = from
    while (allowed[bytes[end]!] === 1) end++
    return end - from >= least && end - from <= most ? quoted(bytes, end) : -1
  }
}

function isText(bytes: Buffer, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false
  return true
}

function quoted(bytes: Buffer, end: number): number {
  return bytes[end] === 34 ? end : -1
}
