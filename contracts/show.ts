/** A value as it may be shown: one line, at most 80 characters, nothing that a terminal or a page could act on. */
export function showValue(value: unknown): string {
  return shorten(escapeUnseen(JSON.stringify(value) ?? String(value)))
}

/** A key or a piece of a line as it may be shown: as `showValue`, without quotes where it is plain. */
export function showName(text: string): string {
  return /^[\w.-]{1,80}$/.test(text) ? text : showValue(text)
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

function escapeUnseen(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** A path as it may be shown: each name as `showName`. */
export function showPath(path: string): string {
  return path
    .split('/')
    .map((name) => (name === '' ? '' : showName(name)))
    .join('/')
}
