import './check_node.mjs'
import { git, parseChanges, parseExportPath, readAt, reportProblems } from './rules/changes.ts'
import { POLICY_PATH, parseClosedThrough, showMonth } from './rules/policy.ts'
import { coversMonth, parseWithdrawals, WITHDRAWN_PATH, type WithdrawalEntry } from './rules/withdrawals.ts'

/**
 * What was closed stays: every month that the branch has closed has the exports that it had when it was closed, less what is listed as withdrawn. Looks at
 * the branch as it is, whatever way a change came, so that a deployment fails as long as a released figure has changed underneath.
 *
 * @returns one problem per path that differs
 */
export function checkHistory(): string[] {
  const withdrawn = parseWithdrawals(readAt('HEAD', WITHDRAWN_PATH))
  const problems: string[] = []
  let closed: number | null = null
  for (const commit of listPolicyCommits()) {
    const through = parseClosedThrough(readAt(commit, POLICY_PATH))
    if (through === null || (closed !== null && through < closed))
      problems.push(`${POLICY_PATH} in ${commit}: expected no step back from ${closed}, found ${through}`)
    else {
      problems.push(...findChanges(commit, closed, through, withdrawn))
      closed = through
    }
  }
  return problems
}

/** The commits of the branch that changed the policy, the oldest first. */
function listPolicyCommits(): string[] {
  return git('log', '--first-parent', '--reverse', '--format=%H', '--', POLICY_PATH).split('\n').filter(Boolean)
}

/** Changes since a commit in the months that it closed: those after `closed`, up to `through`. */
function findChanges(
  commit: string,
  closed: number | null,
  through: number,
  withdrawn: readonly WithdrawalEntry[],
): string[] {
  const changes = parseChanges(
    git('diff', '--name-status', '--no-renames', '-z', commit, 'HEAD', '--', 'data/exports/'),
  )
  return changes.flatMap(({ status, path }) => {
    const { contributor, month } = parseExportPath(path) ?? { contributor: '', month: '' }
    if (month === '' || month > showMonth(through) || (closed !== null && month <= showMonth(closed))) return []
    const isWithdrawn = withdrawn.some((entry) => entry.contributor === contributor && coversMonth(entry, month))
    if (status === 'deleted' && isWithdrawn) return []
    return [
      `${JSON.stringify(path)} ${status}: expected no change since ${commit.slice(0, 12)} closed ${month}; revert what changed it`,
    ]
  })
}

if (import.meta.main) reportProblems('history', checkHistory())
