/** Of the numbers that an attack tried, how many speak of fewer than k contributors, and of exactly one. */
export interface Tally {
  tried: number
  few: number
  one: number
}

/** @param people of each number, how many it speaks of; 0 for nobody */
export function tally(people: readonly number[], k: number): Tally {
  return {
    tried: people.length,
    few: people.filter((count) => count > 0 && count < k).length,
    one: people.filter((count) => count === 1).length,
  }
}
