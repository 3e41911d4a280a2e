import { renameSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runMain, UsageError } from '../../pipeline/lib/run_main.ts'
import { printTables } from './print_tables.ts'
import { FULL, SMALL } from './settings.ts'
import { simulate } from './simulate.ts'

const HELP = `Usage: npm run simulate -- [--size full|small] [--out FILE]

Simulates contributors whose true speed is known and runs them through the pipeline's own SQL: bias under malicious
contributors, coverage of the interval of the median, false alarms and power of the regression flag. Seeded: a run
gives what the last one gave, until the pipeline or the settings change.

  --size SIZE   full: the figures of the site, some minutes; small: those of the test suite, some seconds (default: full)
  --out FILE    where the results go (default: site/data/simulation.json where full, else nowhere)
  --help        this text
`
const COMMITTED = resolve(import.meta.dirname, '../../site/data/simulation.json')

async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      size: { type: 'string', default: 'full' },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  if (values.size !== 'full' && values.size !== 'small')
    throw new UsageError(`--size: expected full or small, found "${values.size}"`)
  const out = values.out ?? (values.size === 'full' ? COMMITTED : undefined)
  const results = await simulate(values.size === 'full' ? FULL : SMALL, createProgress())
  if (out !== undefined) writeWhole(out, `${JSON.stringify(results, null, 1)}\n`)
  console.log(printTables(results))
  return 0
}

/** On a terminal a live line; elsewhere a line for every tenth. */
function createProgress(): (study: string, done: number, of: number) => void {
  let last = ''
  return (study, done, of) => {
    const text = `${study}: ${process.stderr.isTTY ? Math.floor((100 * done) / of) : 10 * Math.floor((10 * done) / of)} %`
    if (text === last) return
    last = text
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}${done === of ? '\n' : ''}` : `${text}\n`)
  }
}

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, text)
  renameSync(`${path}.tmp`, path)
}

await runMain(main)
