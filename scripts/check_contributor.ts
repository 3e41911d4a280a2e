import './check_node.mjs'
import {
  type Change,
  type PullRequestFiles,
  parseExportPath,
  readPullRequestFiles,
  reportProblems,
} from './rules/changes.ts'
import { newWithdrawals, WITHDRAWN_PATH } from './rules/withdrawals.ts'

/**
 * A pull request may touch data/exports/<x>/ only where its author is x: nobody speaks for another contributor.
 * GitHub names are compared without regard to case, as GitHub does; folders are lower case.
 *
 * @returns one problem per path that is not the author's
 */
export function checkContributor(author: string, changes: readonly Change[]): string[] {
  const problems: string[] = []
  for (const { status, path } of changes) {
    const found = parseExportPath(path)
    if (found === null || found.contributor === author.toLowerCase()) continue
    const own = `data/exports/${author.toLowerCase()}/`
    problems.push(
      `${JSON.stringify(path)} ${status}: expected a path under ${own}, the folder of this pull request’s author; ` +
        'move the file there, or let the owner of the folder open the pull request',
    )
  }
  return problems
}

/**
 * A pull request may list as withdrawn in data/withdrawn.json only what its author contributed.
 *
 * @returns one problem per new entry that is not the author's
 */
export function checkWithdrawals(author: string, { before, after }: PullRequestFiles['withdrawals']): string[] {
  const others = newWithdrawals(before, after).filter(({ contributor }) => contributor !== author.toLowerCase())
  return others.map(
    ({ contributor }) =>
      `${WITHDRAWN_PATH} withdraws ${JSON.stringify(contributor)}: expected only ${JSON.stringify(author.toLowerCase())}, ` +
      'this pull request’s author; let the contributor open the pull request',
  )
}

/** The author as GitHub gives it. Throws on anything that cannot be a GitHub name. */
export function parseAuthor(author: string | undefined): string {
  // `name[bot]` is an app; no folder can have that name, so it can touch no export.
  if (author !== undefined && /^[A-Za-z0-9][A-Za-z0-9-]{0,38}(\[bot\])?$/.test(author)) return author
  throw new Error(`PR_AUTHOR: expected a GitHub user name, found ${JSON.stringify(author ?? '')}`)
}

if (import.meta.main) {
  const author = parseAuthor(process.env.PR_AUTHOR)
  const { changes, withdrawals } = readPullRequestFiles(process.env)
  reportProblems('contributor', [...checkContributor(author, changes), ...checkWithdrawals(author, withdrawals)])
}
