import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** A file on its way to a repository on GitHub. */
export interface PullRequest {
  file: string
  /** What the file and the branch are called there: another for every contribution of a month. */
  name: string
  /** `owner/name` */
  repository: string
  account: string
  month: string
}

interface Step {
  command: string[]
  /** Whether it runs in the clone, not beside it. */
  inClone: boolean
}

/** The folder of the clone, as `gh repo fork --clone` calls it. */
function cloneOf({ repository }: PullRequest): string {
  return basename(repository)
}

function targetOf({ account, month, name }: PullRequest): string {
  return `data/exports/${account.toLowerCase()}/${month}/${name}.jsonl`
}

/** The commands before and behind the one that copies the file into the clone. Their options are those of the manual of gh 2.x. */
function stepsOf(request: PullRequest): { before: Step[]; behind: Step[] } {
  const { repository, account, month, name: branch } = request
  const title = `Samples of ${account}, ${month}`
  const inClone = (...command: string[]): Step => ({ command, inClone: true })
  return {
    before: [
      { command: ['gh', 'repo', 'fork', repository, '--clone', '--default-branch-only'], inClone: false },
      inClone('git', 'switch', '--create', branch),
    ],
    behind: [
      inClone('git', 'add', targetOf(request)),
      inClone('git', 'commit', '--message', title),
      inClone('git', 'push', '--set-upstream', 'origin', branch),
      inClone(
        ...['gh', 'pr', 'create', '--repo', repository, '--head', `${account}:${branch}`],
        ...['--title', title, '--body', 'Written by orch share.'],
      ),
    ],
  }
}

/** The commands for a shell, one a line. */
export function formatCommands(request: PullRequest): string[] {
  const { before, behind } = stepsOf(request)
  const clone = cloneOf(request)
  const target = targetOf(request)
  const [fork, ...rest] = before
  return [
    toShell(fork!.command),
    `cp ${quote(request.file)} ${quote(`/tmp/${basename(request.file)}`)} && cd ${quote(clone)}`,
    ...rest.map(({ command }) => toShell(command)),
    `mkdir -p ${quote(dirname(target))} && mv ${quote(`/tmp/${basename(request.file)}`)} ${quote(target)}`,
    ...behind.map(({ command }) => toShell(command)),
  ]
}

/**
 * Runs the commands in a folder of its own, which goes afterwards.
 *
 * @returns what the last of them printed: the address of the pull request
 * @throws Error that names the command that failed, with what it printed
 */
export function openPullRequest(request: PullRequest, env: NodeJS.ProcessEnv): string {
  const folder = mkdtempSync(join(tmpdir(), 'orch-share-'))
  const clone = join(folder, cloneOf(request))
  const run = ({ command, inClone }: Step) => runCommand(command, inClone ? clone : folder, env)
  const { before, behind } = stepsOf(request)
  try {
    for (const step of before) run(step)
    const target = join(clone, targetOf(request))
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(request.file, target)
    return behind.map(run).at(-1)!.trim()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The account that gh is logged in to. */
export function readAccount(env: NodeJS.ProcessEnv): string {
  return runCommand(['gh', 'api', 'user', '--jq', '.login'], process.cwd(), env).trim()
}

function runCommand(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): string {
  const [program, ...args] = command
  const { status, stdout, stderr, error } = spawnSync(program!, args, { cwd, env, encoding: 'utf8' })
  if (status === 0) return stdout
  const why = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT' ? `${program} is not installed` : stderr
  throw new Error(`orch share: expected this command to succeed, it failed: ${toShell(command)}\n${why}`)
}

function toShell(command: readonly string[]): string {
  return command.map(quote).join(' ')
}

function quote(word: string): string {
  return /^[\w@%+=:,./<>-]+$/.test(word) && !/[<>]/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
