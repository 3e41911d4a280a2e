import { format } from 'node:util'
import { type Main, runCommand } from '../../pipeline/lib/run_main.ts'

export interface CommandResult {
  code: number
  stdout: string
  stderr: string
}

/**
 * Runs a command of the pipeline in this process, which spares the start of another, and returns what that other would have given.
 * `cwd` is the folder to run in. One at a time: the streams and the folder belong to the whole process.
 */
export async function callCommand(main: Main, args: readonly string[], cwd = process.cwd()): Promise<CommandResult> {
  const texts = { stdout: '', stderr: '' }
  const { log, error } = console
  const write = process.stdout.write
  const home = process.cwd()
  console.log = (...values) => {
    texts.stdout += `${format(...values)}\n`
  }
  console.error = (...values) => {
    texts.stderr += `${format(...values)}\n`
  }
  process.stdout.write = (text: string | Uint8Array) => {
    texts.stdout += String(text)
    return true
  }
  process.chdir(cwd)
  try {
    const code = await runCommand(main, [...args])
    return { code, ...texts }
  } finally {
    process.chdir(home)
    process.stdout.write = write
    Object.assign(console, { log, error })
  }
}
