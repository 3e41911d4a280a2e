import './check_node.mjs'
import { type PullRequestFiles, parseExportPath, readPullRequestFiles, reportProblems } from './rules/changes.ts'
import { POLICY_PATH, showMonth } from './rules/policy.ts'

/**
 * `closed_through` moves forward only, and never past the last month that is over: what was released stays released, and a month that still takes
 * samples is not published. A pull request that closes a month changes no exports: what it closes was reviewed before.
 *
 * @param month the current month, `YYYY-MM`
 * @returns one problem per rule that is broken
 */
export function checkClosedThrough(month: string, { closedThrough, changes }: PullRequestFiles): string[] {
  const { before, after } = closedThrough
  if (after === null) return before === null ? [] : [`${POLICY_PATH}: expected the file, found it deleted; restore it`]
  const found = `${POLICY_PATH}: $.closed_through ${before === null ? '' : `${before} → `}${after}`
  const problems: string[] = []
  if (before !== null && after < before)
    problems.push(`${found}: expected no step back, as ${showMonth(before)} is released; restore ${before}`)
  if (showMonth(after) >= month)
    problems.push(`${found}: expected a month that is over, before ${month}; wait for its end`)
  const exported = before === after ? undefined : changes.find(({ path }) => parseExportPath(path) !== null)
  if (exported)
    problems.push(
      `${found}: expected no change of exports beside it, found ${JSON.stringify(exported.path)}; open another pull request for it`,
    )
  return problems
}

if (import.meta.main) {
  const month = new Date().toISOString().slice(0, 7)
  reportProblems('closed through', checkClosedThrough(month, readPullRequestFiles(process.env)))
}
