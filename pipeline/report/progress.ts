import type { OnProgress } from '../review/check.ts'

/** Shows on a terminal how many files are checked; nothing where standard error is none. `what` stands before the words. */
export function startProgress(what = ''): OnProgress {
  return (done, total) => {
    if (process.stderr.isTTY)
      process.stderr.write(`\r${what}checked ${done} of ${total} files${done >= total ? '\n' : ''}`)
  }
}
