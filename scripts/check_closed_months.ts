import './check_node.mjs'
import {
  type Change,
  type PullRequestFiles,
  parseExportPath,
  readPullRequestFiles,
  reportProblems,
} from './rules/changes.ts'

/**
 * Figures once released stay: a pull request may change data/exports/<contributor>/<YYYY-MM>/ only where that is the
 * current month (UTC). A contributor who withdraws deletes whole month folders, in a pull request that does nothing else.
 *
 * @param month the current month, `YYYY-MM`
 * @returns one problem per path that breaks the rule
 */
export function checkClosedMonths(month: string, files: PullRequestFiles): string[] {
  const withdraws = files.changes.every(({ status, path }) => status === 'deleted' && parseExportPath(path) !== null)
  const problems: string[] = []
  for (const change of files.changes) {
    const found = parseExportPath(change.path)
    if (found === null || found.month === month) continue
    const problem = withdraws ? explainPartialWithdrawal(change, files) : explainClosedMonth(change, month)
    if (problem !== null) problems.push(problem)
  }
  return problems
}

/** Deleting some files of a month and leaving others would pick results after the fact. */
function explainPartialWithdrawal({ path }: Change, { exportsAfter }: PullRequestFiles): string | null {
  const folder = path.split('/').slice(0, 4).join('/')
  const left = exportsAfter.find((other) => other.startsWith(`${folder}/`))
  if (left === undefined) return null
  return (
    `${JSON.stringify(path)} deleted: expected a withdrawal of the whole month, found ${JSON.stringify(left)} left; ` +
    `delete ${JSON.stringify(`${folder}/`)} as a whole`
  )
}

function explainClosedMonth({ status, path }: Change, month: string): string {
  const fix =
    status === 'deleted'
      ? 'to withdraw, open a pull request that deletes whole month folders and does nothing else'
      : `put new files into the folder of the current month, ${month}`
  return `${JSON.stringify(path)} ${status}: expected no change outside the current month ${month}; ${fix}`
}

if (import.meta.main) {
  const month = new Date().toISOString().slice(0, 7)
  reportProblems('closed months', checkClosedMonths(month, readPullRequestFiles(process.env)))
}
