/** One entry of data/withdrawn.json, as far as the rules need it. */
export interface WithdrawalEntry {
  contributor: string
  /** `YYYY-MM`; absent: every month up to that of the date. */
  month?: string | undefined
  date: string
}

/** Where withdrawals are listed. */
export const WITHDRAWN_PATH = 'data/withdrawn.json'

/**
 * Reads the entries of a withdrawn.json; an empty list if the file does not exist. The rules run before anything is installed, so that the whole
 * contract is left to the pipeline.
 *
 * @throws Error on anything that has no list of entries
 */
export function parseWithdrawals(text: string | null): WithdrawalEntry[] {
  if (text === null) return []
  const entries = (parse(text) as { withdrawals?: unknown } | null)?.withdrawals
  if (Array.isArray(entries) && entries.every(isEntry)) return entries
  throw new Error(
    `${WITHDRAWN_PATH}: $.withdrawals: expected a list of {contributor, month, date}, found something else; run npm run withdraw`,
  )
}

/** The entries of `after` that `before` does not have. */
export function newWithdrawals(
  before: readonly WithdrawalEntry[],
  after: readonly WithdrawalEntry[],
): WithdrawalEntry[] {
  const known = new Set(before.map(describe))
  return after.filter((entry) => !known.has(describe(entry)))
}

/** The entries of `before` that `after` lacks. */
export function findRevokedWithdrawals(
  before: readonly WithdrawalEntry[],
  after: readonly WithdrawalEntry[],
): WithdrawalEntry[] {
  return newWithdrawals(after, before)
}

/** Whether an entry withdraws a month of its contributor. */
export function coversMonth({ month, date }: WithdrawalEntry, asked: string): boolean {
  return month === undefined ? asked <= date.slice(0, 7) : asked === month
}

function describe({ contributor, month, date }: WithdrawalEntry): string {
  return JSON.stringify([contributor, month ?? null, date])
}

function isEntry(value: unknown): value is WithdrawalEntry {
  if (typeof value !== 'object' || value === null) return false
  const { contributor, month, date } = value as Record<string, unknown>
  return [contributor, date, month ?? ''].every((part) => typeof part === 'string')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${WITHDRAWN_PATH}: expected valid JSON, found: ${(cause as Error).message}`, { cause })
  }
}
