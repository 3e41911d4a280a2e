/** Longest slug of a model. */
const MOST_LETTERS = 80

/**
 * The id of a model that the catalogue does not list, its normal form: lower case, words joined by hyphens, the owner of the repository
 * in front if there is one. Names with different owners stay apart, as nothing says that they hold the same weights.
 */
export function unlistedId(owner: string | null, base: string): string {
  const id = [owner, base].filter((part) => part !== null).map(normalForm)
  const whole = id.join('--')
  if (whole.length <= MOST_LETTERS) return whole
  const digest = fingerprint(whole)
  return `${whole.slice(0, MOST_LETTERS - digest.length - 1)}-${digest}`
}

function normalForm(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
}

/** FNV-1a with 32 bits, in hexadecimal. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5
  for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
