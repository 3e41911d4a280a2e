/** Where the thresholds of publication are, and the last month whose community figures are released. */
export const POLICY_PATH = 'data/policy.json'

/**
 * `closed_through` of a policy.json, as YYYYMM; null if the file does not exist. The rules run before anything is installed, so that the whole contract is
 * left to the pipeline.
 *
 * @throws Error on anything else
 */
export function parseClosedThrough(text: string | null): number | null {
  if (text === null) return null
  const found = (parse(text) as { closed_through?: unknown } | null)?.closed_through
  if (typeof found === 'number' && Number.isInteger(found) && found > 202000 && found % 100 >= 1 && found % 100 <= 12)
    return found
  throw new Error(`${POLICY_PATH}: $.closed_through: expected a month as YYYYMM, found ${JSON.stringify(found)}`)
}

/** `202610` → `2026-10`. */
export function showMonth(month: number): string {
  return `${Math.floor(month / 100)}-${String(month % 100).padStart(2, '0')}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${POLICY_PATH}: expected valid JSON, found: ${(cause as Error).message}`, { cause })
  }
}
