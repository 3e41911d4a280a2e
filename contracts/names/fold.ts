/** A name as it is compared: without blanks around it and without regard to case. */
export function fold(name: string): string {
  return name.trim().toLowerCase()
}

/** A version whose dot is written otherwise: `llama-3-1-8b`, `internlm2_5`. */
const VERSION = /(?<!\d)(\d)[-_](\d)(?![\da-z.])/g
const SEPARATORS = /[\s_\-/:@,+()[\]]+|\.(?!\d)|(?<!\d)\./g

/**
 * The parts of a name, joined by hyphens: `Llama-3.1_8B Instruct` and `llama3.1:8b-instruct` are both `llama-3.1-8b-instruct`. A number
 * after a letter, or two letters after a number, begin a part of their own and a dot inside a number stays, so that `gemma-3-1b` and `gemma-31b` differ.
 */
export function nameKey(name: string): string {
  return fold(name)
    .replace(/(?<!\d)0[-_](?=\d+b(?![a-z]))/g, '0.')
    .replace(VERSION, '$1.$2')
    .replace(SEPARATORS, ' ')
    .replace(/([a-z])(?=\d)|(\d)(?=[a-z]{2})/g, '$& ')
    .trim()
    .split(/\s+/)
    .join('-')
}

/** Adds a value to the list that a map holds under a key, once. */
export function addTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else if (!values.includes(value)) values.push(value)
}
