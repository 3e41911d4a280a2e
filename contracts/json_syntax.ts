/** Deeper values are taken for a mistake: no contract nests more than one level, and each level takes some of the stack. */
const DEPTH = 64

/** The offset of the first character at which a text stops being JSON (of at most 64 levels); its length if it ends too early. */
export function syntaxErrorOffset(text: string): number {
  const end = skipValue(text, skipBlanks(text, 0), 0)
  return typeof end === 'number' ? skipBlanks(text, end) : end.offset
}

/** The end of what was read, or where reading failed. */
type End = number | { offset: number }
type SkipItem = (text: string, start: number, depth: number) => End

const BLANKS = /[ \t\r\n]*/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const WORD = /true|false|null/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings hold none
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y

function match(pattern: RegExp, text: string, start: number): number | null {
  pattern.lastIndex = start
  return pattern.test(text) ? pattern.lastIndex : null
}

function skipBlanks(text: string, start: number): number {
  return match(BLANKS, text, start) ?? start
}

function skipValue(text: string, start: number, depth: number): End {
  if (depth > DEPTH) return { offset: start }
  if (text[start] === '{') return skipItems(text, start, '}', depth, skipMember)
  if (text[start] === '[') return skipItems(text, start, ']', depth, skipValue)
  return match(text[start] === '"' ? STRING : NUMBER, text, start) ?? match(WORD, text, start) ?? { offset: start }
}

function skipMember(text: string, start: number, depth: number): End {
  const name = match(STRING, text, start)
  if (name === null) return { offset: start }
  const colon = skipBlanks(text, name)
  return text[colon] === ':' ? skipValue(text, skipBlanks(text, colon + 1), depth) : { offset: colon }
}

function skipItems(text: string, start: number, close: string, depth: number, skipItem: SkipItem): End {
  let at = skipBlanks(text, start + 1)
  if (text[at] === close) return at + 1
  for (;;) {
    const end = skipItem(text, at, depth + 1)
    if (typeof end !== 'number') return end
    at = skipBlanks(text, end)
    if (text[at] === close) return at + 1
    if (text[at] !== ',') return { offset: at }
    at = skipBlanks(text, at + 1)
  }
}
