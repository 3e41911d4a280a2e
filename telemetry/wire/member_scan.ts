import { findMember } from './find_member.ts'
import { parseObject } from './observation.ts'
import { valueEnd } from './skim_object.ts'

/** Longest value that is found. In bytes. */
const MAX_VALUE_BYTES = 8192

/**
 * Finds the last values of some members of a JSON text that is too large to be parsed, at whatever depth and place: engines put their counts
 * before or behind megabytes of vectors or log-probabilities. Holds no more than one value.
 */
export class MemberScan {
  private readonly keys: readonly string[]
  private readonly found = new Map<string, string>()
  private rest = ''

  /** @param keys names of members whose values are numbers, strings or small objects */
  constructor(keys: readonly string[]) {
    this.keys = keys
  }

  feed(text: string): void {
    const window = this.rest + text
    for (const key of this.keys) this.find(window, key)
    this.rest = window.slice(-MAX_VALUE_BYTES)
  }

  /** An object of the members that were found. */
  values(): Record<string, unknown> {
    return parseObject(`{${[...this.found].map(([key, value]) => `"${key}":${value}`).join(',')}}`)
  }

  private find(window: string, key: string): void {
    const quoted = `"${key}"`
    for (let at = findMember(window, quoted); at >= 0; at = findMember(window, quoted, at)) {
      const end = valueEnd(window, at)
      // A number that ends with the window may go on.
      if (end > 0 && end < window.length && end - at <= MAX_VALUE_BYTES) this.found.set(key, window.slice(at, end))
    }
  }
}
