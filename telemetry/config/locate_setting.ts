import { parse } from 'smol-toml'
import { settingAt } from './setting_tree.ts'

/**
 * The line (from 1) of a setting in a TOML text that is valid as a whole: the first line with which the text so far contains it.
 * null if it is not in the text. Parses the text once per line, so it is for error messages only.
 */
export function locateSetting(text: string, path: readonly PropertyKey[]): number | null {
  const lines = text.split('\n')
  for (let count = 1; count <= lines.length; count++) {
    if (holds(lines.slice(0, count).join('\n'), path)) return count
  }
  return null
}

/** The beginning of a text may end within a value; then it does not contain the setting yet. */
function holds(beginning: string, path: readonly PropertyKey[]): boolean {
  try {
    return settingAt(parse(beginning), path) !== undefined
  } catch {
    return false
  }
}
