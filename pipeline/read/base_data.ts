import { execFileSync } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ExplainedError } from '../lib/run_main.ts'
import { withScratch } from '../lib/scratch.ts'

/**
 * Runs `use` with the folder of the data as they stood in `base`: a data folder as it is, or what a git commit or branch holds in the place of
 * `dataDir`, written to a temporary folder. Throws ExplainedError where `base` is neither.
 */
export async function withBaseData<T>(base: string, dataDir: string, use: (baseDir: string) => Promise<T>): Promise<T> {
  if (statSync(base, { throwIfNoEntry: false })?.isDirectory()) return use(base)
  return withScratch('base', (scratch) => {
    checkOut(findTree(base, dataDir), dataDir, scratch)
    return use(join(scratch, 'data'))
  })
}

/** The git tree of the data folder at a commit. */
function findTree(base: string, dataDir: string): string {
  const commit = ask(dataDir, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{commit}`)
  if (commit === null)
    throw new ExplainedError(
      `--base: expected a data folder or a git commit known in ${dataDir}, found ${JSON.stringify(base)}. Fix: fetch the commit, or name a folder.`,
    )
  const prefix = ask(dataDir, 'rev-parse', '--show-prefix') ?? ''
  const tree = ask(dataDir, 'rev-parse', '--verify', '--quiet', `${commit}:${prefix.replace(/\/$/, '')}`)
  if (tree !== null) return tree
  throw new ExplainedError(
    `--base: expected ${JSON.stringify(base)} to hold the folder ${prefix}, found none. Fix: name a commit that has it.`,
  )
}

/** An index of its own, so that neither the work tree nor what is staged is touched. */
function checkOut(tree: string, dataDir: string, scratch: string): void {
  const env = { ...process.env, GIT_INDEX_FILE: join(scratch, 'index') }
  const target = join(scratch, 'data')
  mkdirSync(target)
  // From the top, because below it git would write only what lies below.
  const top = ask(dataDir, 'rev-parse', '--show-toplevel')!
  const git = (...args: string[]) => execFileSync('git', ['-C', top, ...args], { env, stdio: 'pipe' })
  git('read-tree', tree)
  git('checkout-index', '--all', `--prefix=${target}/`)
}

/** What git answers, or null where it fails. */
function ask(dataDir: string, ...args: string[]): string | null {
  try {
    return execFileSync('git', ['-C', dataDir, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return null
  }
}
