import { execFileSync } from 'node:child_process'
import { POLICY_PATH, parseClosedThrough } from './policy.ts'
import { parseWithdrawals, WITHDRAWN_PATH, type WithdrawalEntry } from './withdrawals.ts'

/** One changed path of a pull request. Renames count as a deletion and an addition. */
export interface Change {
  status: 'added' | 'modified' | 'deleted'
  path: string
}

/** What the rules need to know about a pull request. */
export interface PullRequestFiles {
  changes: Change[]
  /** Paths under data/exports after the pull request. */
  exportsAfter: string[]
  /** The entries of data/withdrawn.json before the pull request and after it. */
  withdrawals: { before: WithdrawalEntry[]; after: WithdrawalEntry[] }
  /** `closed_through` of data/policy.json before the pull request and after it. */
  closedThrough: { before: number | null; after: number | null }
}

/** A path under data/exports in its parts, or null for any other path. */
export interface ExportPath {
  contributor: string
  month: string
}

const EXPORTS = 'data/exports/'

/**
 * Reads what a pull request changes from git: the difference between the base and the tree that a merge would make of it now. `base...head` would
 * be another question: with several merge bases it can be empty for a merge that deletes files.
 *
 * @throws Error if BASE_SHA or HEAD_SHA is not a full commit id, or git does not know it, if the two have no merge base or several, or conflict, or if
 *   withdrawn.json or policy.json is damaged
 */
export function readPullRequestFiles(env: NodeJS.ProcessEnv): PullRequestFiles {
  const base = requireCommit('BASE_SHA', env.BASE_SHA)
  const merged = mergeTree(base, requireCommit('HEAD_SHA', env.HEAD_SHA))
  return {
    changes: parseChanges(git('diff', '--name-status', '--no-renames', '-z', base, merged)),
    exportsAfter: git('ls-tree', '-r', '--name-only', '-z', merged, '--', EXPORTS).split('\0').filter(Boolean),
    withdrawals: {
      before: parseWithdrawals(readAt(base, WITHDRAWN_PATH)),
      after: parseWithdrawals(readAt(merged, WITHDRAWN_PATH)),
    },
    closedThrough: {
      before: parseClosedThrough(readAt(base, POLICY_PATH)),
      after: parseClosedThrough(readAt(merged, POLICY_PATH)),
    },
  }
}

/** The id of the tree that merging `head` into `base` makes. */
export function mergeTree(base: string, head: string): string {
  const bases = git('merge-base', '--all', base, head).trim().split('\n')
  if (bases.length > 1)
    throw new Error(
      `HEAD_SHA: expected one merge base with the base branch, found ${bases.length}; rebase the branch on the base branch, or copy its changes to a new one`,
    )
  try {
    return git('merge-tree', '--write-tree', '--name-only', base, head).trim()
  } catch (cause) {
    throw new Error('HEAD_SHA: expected a branch that merges without conflicts; merge the base branch into it', {
      cause,
    })
  }
}

/** Reads the output of `git diff --name-status --no-renames -z`. */
export function parseChanges(output: string): Change[] {
  const words = output.split('\0')
  const changes: Change[] = []
  for (let at = 0; at + 1 < words.length; at += 2) {
    changes.push({ status: statusOf(words[at] ?? ''), path: words[at + 1] ?? '' })
  }
  return changes
}

/** The contributor and month of an export; empty strings where the path is too short to have them. Null for the README of the folder. */
export function parseExportPath(path: string): ExportPath | null {
  if (!path.startsWith(EXPORTS) || path === `${EXPORTS}README.md`) return null
  const [contributor = '', ...rest] = path.slice(EXPORTS.length).split('/')
  return { contributor: rest.length > 0 ? contributor : '', month: rest.length > 1 ? (rest[0] ?? '') : '' }
}

/** Prints the problems, or that there are none; sets the exit code. */
export function reportProblems(rule: string, problems: readonly string[]): void {
  for (const problem of problems) console.error(`${rule}: ${problem}`)
  if (problems.length === 0) console.log(`${rule}: nothing to object to`)
  process.exitCode = problems.length === 0 ? 0 : 1
}

/** A type change (T), for example into a symbolic link, counts as a modification. */
function statusOf(letter: string): Change['status'] {
  if (letter === 'A') return 'added'
  return letter === 'D' ? 'deleted' : 'modified'
}

/** A full commit id and nothing else, so that no value can pass for an option of git. */
export function requireCommit(name: string, value: string | undefined): string {
  if (value !== undefined && /^[0-9a-f]{40}$/.test(value)) return value
  throw new Error(`${name}: expected a full commit id of 40 hexadecimal digits, found "${value ?? ''}"`)
}

/** The text of a file at a commit, or null if it does not exist. A symbolic link is an error. */
export function readAt(commit: string, path: string): string | null {
  const [entry] = git('ls-tree', '-z', commit, '--', path).split('\0')
  if (!entry) return null
  if (!entry.startsWith('100644 blob')) throw new Error(`${path}: expected a file, found ${entry.slice(0, 11)}`)
  return git('cat-file', 'blob', `${commit}:${path}`)
}

/** Runs git in the working folder and returns what it prints. */
export function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
}
