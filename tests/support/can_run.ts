import { execFileSync } from 'node:child_process'

/** Whether a program is installed; `flag` makes it say its version. */
export function canRun(program: string, flag = '--version'): boolean {
  try {
    execFileSync(program, [flag], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
