import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * A command that leaves two processes behind, each in a session of its own: a child that stays, and the child of a child that has
 * ended, which nothing links to the command but what it inherited. Prints `PID <pid>` for each and `READY`, then succeeds, fails or
 * hangs.
 *
 *   node family.ts succeed|fail|hang [--stubborn] [--no-environment]
 *
 * `--stubborn`: they ignore SIGTERM. `--no-environment`: they inherit no variables; they are then given the time to be seen.
 */
const [role = '', ...options] = process.argv.slice(2)
const hidden = options.includes('--no-environment')

if (role === 'stay') stay()
else if (role === 'middle') await startMiddle()
else await startFamily()

function stay(): void {
  if (options.includes('--stubborn')) process.on('SIGTERM', () => {})
  process.stdout.write(`PID ${process.pid}\n`)
  setInterval(() => {}, 60_000)
}

async function startMiddle(): Promise<void> {
  const child = startDetached('stay', 'inherit')
  await once(child, 'spawn')
  // Hidden as it is, its child can only be known through this process.
  if (hidden) await sleep(3000)
  child.unref()
}

async function startFamily(): Promise<void> {
  let seen = ''
  for (const child of [startDetached('stay', 'pipe'), startDetached('middle', 'pipe')])
    child.stdout!.on('data', (bytes: Buffer) => {
      seen += bytes
    })
  while (seen.split('\n').length < 3) await sleep(20)
  if (hidden) await sleep(4000)
  process.stdout.write(`${seen}READY\n`)
  if (role === 'hang') return
  process.exit(role === 'fail' ? 3 : 0)
}

function startDetached(part: string, stdout: 'pipe' | 'inherit') {
  const env = hidden ? { PATH: process.env.PATH } : process.env
  const args = [import.meta.filename, part, ...options]
  return spawn(process.execPath, args, { env, detached: true, stdio: ['ignore', stdout, 'inherit'] })
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
