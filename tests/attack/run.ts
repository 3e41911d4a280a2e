import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runMain, UsageError } from '../../pipeline/lib/run_main.ts'
import { attackSeed, type Found } from './attack_seed.ts'
import { describeExposure, printAttacks } from './print_attacks.ts'

const HELP = `Usage: npm run attack -- [--seeds N]

Releases generated exports month by month and reads out of the published files whatever speaks of fewer contributors than a cell
needs. The same attacks on a private build and on a publisher with exact counts are the negative control. Ends with exit code 1
if a published number speaks of too few.

  --seeds N     corpora to attack, from seed 1 on (default: 24)
  --help        this text
`

async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: { seeds: { type: 'string', default: '24' }, help: { type: 'boolean', default: false } },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const seeds = Number(values.seeds)
  if (!Number.isInteger(seeds) || seeds < 1)
    throw new UsageError(`--seeds: expected a whole number from 1 on, found "${values.seeds}"`)
  const found: Found[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    found.push(await attackOne(seed))
    process.stderr.write(process.stderr.isTTY ? `\r${seed} of ${seeds} seeds` : '')
  }
  const { text, isClean } = printAttacks(found)
  console.log(`${text}\n\n${describeExposure(found)}`)
  return isClean ? 0 : 1
}

async function attackOne(seed: number): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), 'attack-'))
  try {
    return await attackSeed(folder, seed)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await runMain(main)
