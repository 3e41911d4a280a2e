import { parse } from 'smol-toml'
import { settingAt } from './setting_tree.ts'

/**
 * The line (from 1) on which a setting stands in a TOML text that is valid as a whole: the last line without which it
 * is not there yet. null if it is nowhere. Reads the text once per line, so it is for error messages only.
 */
export function locateSetting(text: string, path: readonly PropertyKey[]): number | null {
  const lines = text.split('\n')
  for (let count = 1; count <= lines.length; count++) {
    if (holds(lines.slice(0, count).join('\n'), path)) return count
  }
  return null
}

/** The beginning of a text may end within a value; then the setting is not there yet. */
function holds(beginning: string, path: readonly PropertyKey[]): boolean {
  try {
    return settingAt(parse(beginning), path) !== undefined
  } catch {
    return false
  }
}
