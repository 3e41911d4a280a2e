/** A name as it is compared: without blanks around it and without regard to case. */
export function fold(name: string): string {
  return name.trim().toLowerCase()
}

/** A version whose dot is written otherwise: `llama-3-1-8b`, `internlm2_5`. */
const VERSION = /(?<!\d)(\d)[-_](\d)(?![\da-z.])/g
const SEPARATORS = /[\s_\-/:@,+()[\]]+|\.(?!\d)|(?<!\d)\./g

/**
 * The parts of a name, joined by hyphens: `Llama-3.1_8B Instruct` and `llama3.1:8b-instruct` are both `llama-3.1-8b-instruct`. A number
 * after a letter begins a part of its own and a dot inside a number stays, so that `gemma-3-1b` and `gemma-31b` differ.
 */
export function nameKey(name: string): string {
  return fold(name)
    .replace(VERSION, '$1.$2')
    .replace(SEPARATORS, ' ')
    .replace(/([a-z])(?=\d)/g, '$1 ')
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
