import { PATTERNS } from '../../contracts/fields.ts'

const FORM = new RegExp(PATTERNS.gpu_name)

/**
 * A device's name in the form of the contract: without ® and ™, runs of blanks as one, characters that the contract does not
 * allow as blanks. `unknown` if nothing remains.
 */
export function cleanGpuName(name: string): string {
  const plain = name
    .replace(/[®™©]/g, '')
    .replace(/[^A-Za-z0-9 ()+.@_/-]/g, ' ')
    .replace(/ ?\/ ?/g, (slash) => (slash.length === 3 ? ' / ' : ' '))
    .replace(/ {2,}/g, ' ')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64)
    .trim()
  return FORM.test(plain) ? plain : 'unknown'
}
