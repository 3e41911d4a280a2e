import './check_node.mjs'
import { parseArgs } from 'node:util'
import { claimPort } from './serve/listen.ts'
import { serveOptionsFromEnv, serveUntilStopped } from './serve.ts'
import { createProgress } from './steps/progress.ts'
import { runCommand } from './steps/run_command.ts'
import { runSteps } from './steps/run_steps.ts'
import type { Step } from './steps/step.ts'

const HELP = `npm start -- [--data DIR]

Runs the pipeline on data/ (or DIR), builds the site and serves it.

  PORT       port to serve on (4321)
  HOST       address to listen on (127.0.0.1; 0.0.0.0 for every address of this machine)
  BASE_PATH  path under which the site lives (/)`

/** What happens before the site can be served. */
function startSteps(dataFolder: string | undefined): Step[] {
  const dataArgs = dataFolder === undefined ? [] : ['--data', dataFolder]
  return [
    {
      id: 'pipeline',
      title: 'Pipeline',
      showsOutput: true,
      run: (context) => runCommand('node', ['pipeline/cli.ts', ...dataArgs], context),
    },
    {
      id: 'site',
      title: 'Site',
      run: (context) =>
        runCommand('astro', ['build'], { ...context, env: { ...context.env, ASTRO_TELEMETRY_DISABLED: '1' } }),
    },
  ]
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' }, data: { type: 'string' } } })
  if (values.help) return console.log(HELP)
  const options = serveOptionsFromEnv(process.env)
  // Asked before the build, so that a port in use is told at once.
  await claimPort(options.host, options.port)
  const results = await runSteps(startSteps(values.data), createProgress(process.stdout), { stopAtFailure: true })
  if (results.some(({ verdict }) => verdict === 'failed'))
    throw new Error('npm start: stopped at the failed step above')
  await serveUntilStopped({ ...options, root: 'dist/site' })
}

try {
  process.chdir(`${import.meta.dirname}/..`)
  await main()
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
