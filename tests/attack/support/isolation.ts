/** What an attack found: published numbers that speak of fewer people than they may. */
export interface Isolation {
  attack: string
  /** Which published numbers, and what becomes of them. */
  how: string
  /** Contributors that the result speaks of. */
  contributors: number
}

/** Isolations in lines, for the message of a failed test. */
export function describeIsolations(isolations: Isolation[]): string[] {
  return isolations.map(({ attack, how, contributors }) => `${attack}: ${how} (${contributors} contributors)`)
}
