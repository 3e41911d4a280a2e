import type { Place, Problem } from './types.ts'

/** An invalid value: which field, what was expected there, what was found, what to do. */
export interface Violation {
  field: string
  expected: string
  found: string
  fix: string
}

/** Collects what could not be converted while a reader continues with the rest. */
export class Findings {
  readonly problems: Problem[] = []

  /** Records what a reader leaves out for a reason that lies in the measurement. */
  skip(place: Place, units: number, reason: string): void {
    this.problems.push({ kind: 'skipped', place, units, reason })
  }

  /** Records something that is no loss, but should be known. */
  note(place: Place, reason: string): void {
    this.problems.push({ kind: 'note', place, units: 0, reason })
  }

  /** Records a row that is not what the tool writes. */
  reject(place: Place, units: number, violation: Violation): void {
    const { field, expected, found, fix } = violation
    this.problems.push({
      kind: 'invalid',
      place,
      units,
      reason: `${field}: expected ${expected}, found ${found}; ${fix}`,
    })
  }
}

/** Describes a JSON value for a message: short values as they are, long ones by kind and size. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = JSON.stringify(value)
  return text.length <= 120 ? text : `${typeof value} of ${text.length} characters`
}
