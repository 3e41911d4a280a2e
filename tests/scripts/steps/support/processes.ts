import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MODULE = join(import.meta.dirname, '../../../../scripts/steps/run_command.ts')

export interface Runner {
  child: ChildProcess
  /** Everything printed so far. */
  output(): string
  /** Waits until the output matches, and returns it. */
  readUntil(pattern: RegExp): Promise<string>
  exited: Promise<number | null>
}

export interface RunnerOptions {
  /** More code for the runner to run. */
  beside?: string
  /** Whether the runner is a script that npm runs. */
  throughNpm?: boolean
}

/** A process that runs a command as `npm test` does and prints its lines. */
export function startRunner(
  [name, ...args]: string[],
  { beside = '', throughNpm = false }: RunnerOptions = {},
): Runner {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'))
  writeFileSync(
    join(folder, 'runner.mjs'),
    `import { runCommand } from ${JSON.stringify(MODULE)}
    ${beside}
    await runCommand(${JSON.stringify(name)}, ${JSON.stringify(args)}, { onLine: (line) => console.log(line) })
    console.log('went on')`,
  )
  // Two commands, so that the shell stays between npm and the second.
  const scripts = { start: `node -e 0 && ${process.execPath} runner.mjs` }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }))
  const [program, ...words] = throughNpm ? ['npm', 'start'] : [process.execPath, 'runner.mjs']
  const child = spawn(program!, words, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  let text = ''
  child.stdout.on('data', (bytes: Buffer) => {
    text += bytes
  })
  const exited = once(child, 'close').then(([code]) => code as number | null)
  const readUntil = async (pattern: RegExp) => {
    while (!pattern.test(text)) {
      if (child.exitCode !== null) throw new Error(`the runner ended before it printed ${pattern}:\n${text}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return text
  }
  return { child, output: () => text, readUntil, exited }
}

/** Those that run; one that has ended but was not yet collected by its parent does not. */
export function findAlive(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    try {
      const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
      return !text.slice(text.lastIndexOf(')')).startsWith(') Z')
    } catch {
      return false
    }
  })
}
