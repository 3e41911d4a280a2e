import './check_node.mjs'
import {
  type Change,
  type PullRequestFiles,
  parseExportPath,
  readPullRequestFiles,
  reportProblems,
} from './rules/changes.ts'
import {
  coversMonth,
  findRevokedWithdrawals,
  newWithdrawals,
  WITHDRAWN_PATH,
  type WithdrawalEntry,
} from './rules/withdrawals.ts'

/**
 * Figures once released stay: a pull request may change data/exports/<contributor>/<YYYY-MM>/ only where that is the
 * current month (UTC). A contributor who withdraws deletes whole month folders and lists them in data/withdrawn.json, in a
 * pull request that does nothing else. A withdrawal cannot be revoked: the cells that went with it would come back.
 *
 * @param month the current month, `YYYY-MM`
 * @returns one problem per path or entry that breaks the rule
 */
export function checkClosedMonths(month: string, files: PullRequestFiles): string[] {
  const withdraws = files.changes.every(isPartOfWithdrawal)
  const problems = [...explainRevoked(files), ...explainEntries(files)]
  for (const change of files.changes) {
    const found = parseExportPath(change.path)
    if (found === null || found.month === month) continue
    const problem = withdraws ? explainDeletion(change, files) : explainClosedMonth(change, month)
    if (problem !== null) problems.push(problem)
  }
  return problems
}

function isPartOfWithdrawal({ status, path }: Change): boolean {
  if (path === WITHDRAWN_PATH) return status !== 'deleted'
  return status === 'deleted' && parseExportPath(path) !== null
}

/** A deletion counts once it is listed; deleting some files of a month and leaving others would pick results after the fact. */
function explainDeletion({ path }: Change, { exportsAfter, withdrawals }: PullRequestFiles): string | null {
  const { contributor, month } = parseExportPath(path)!
  const listed = withdrawals.after.some((entry) => entry.contributor === contributor && coversMonth(entry, month))
  if (!listed)
    return `${JSON.stringify(path)} deleted: expected an entry in ${WITHDRAWN_PATH}, found none; run npm run withdraw -- ${contributor}, which deletes the files and writes it`
  const folder = path.split('/').slice(0, 4).join('/')
  const left = exportsAfter.find((other) => other.startsWith(`${folder}/`))
  if (left === undefined) return null
  return (
    `${JSON.stringify(path)} deleted: expected a withdrawal of the whole month, found ${JSON.stringify(left)} left; ` +
    `delete ${JSON.stringify(`${folder}/`)} as a whole`
  )
}

function explainRevoked({ withdrawals }: PullRequestFiles): string[] {
  return findRevokedWithdrawals(withdrawals.before, withdrawals.after).map(
    (entry) =>
      `${WITHDRAWN_PATH}: expected the entry ${JSON.stringify(entry)} of the base, found none; a withdrawal cannot be revoked, restore it`,
  )
}

/** What is listed as withdrawn must be gone, and what is gone must not come back. */
function explainEntries({ changes, exportsAfter, withdrawals }: PullRequestFiles): string[] {
  const fresh = newWithdrawals(withdrawals.before, withdrawals.after)
  const others = changes.filter((change) => !isPartOfWithdrawal(change))
  return [
    ...exportsAfter.flatMap((path) => explainLeftFile(path, withdrawals.after)),
    ...(fresh.length === 0 ? [] : others).map(
      ({ path }) =>
        `${JSON.stringify(path)} changed: expected nothing but the withdrawal in this pull request; open another one for the rest`,
    ),
  ]
}

function explainLeftFile(path: string, entries: readonly WithdrawalEntry[]): string[] {
  const found = parseExportPath(path)
  const entry = entries.find(
    (candidate) => candidate.contributor === found?.contributor && coversMonth(candidate, found.month),
  )
  if (entry === undefined || found?.month === '') return []
  return [
    `${JSON.stringify(path)}: expected no file of a withdrawn month, found it listed in ${WITHDRAWN_PATH}; delete the file`,
  ]
}

function explainClosedMonth({ status, path }: Change, month: string): string {
  const fix =
    status === 'deleted'
      ? 'to withdraw, run npm run withdraw and open a pull request that does nothing else'
      : `put new files into the folder of the current month, ${month}`
  return `${JSON.stringify(path)} ${status}: expected no change outside the current month ${month}; ${fix}`
}

if (import.meta.main) {
  const month = new Date().toISOString().slice(0, 7)
  reportProblems('closed months', checkClosedMonths(month, readPullRequestFiles(process.env)))
}
