import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { PATTERNS, type Withdrawal, type Withdrawn } from '../contracts/index.ts'
import { ExplainedError, print, runMain, UsageError } from './lib/run_main.ts'
import { writeWhole } from './lib/write_whole.ts'
import { count } from './report/count.ts'
import { startProgress } from './report/progress.ts'
import { checkWithdrawal } from './withdraw/check_withdrawal.ts'
import { planWithdrawal, type WithdrawalPlan } from './withdraw/plan_withdrawal.ts'

const HELP = `Usage: npm run withdraw -- CONTRIBUTOR [--month YYYY-MM] [--data DIR] [--dry-run]
       npm run withdraw -- --check --base REF|DIR [--data DIR]

Deletes the exports of a contributor, of one month or of all, and writes down in withdrawn.json under DIR that they are
withdrawn, which published cells stay as they were released, and which go because too few others stand behind them. Open a pull request with exactly these changes.

  --month YYYY-MM  withdraw this month only (default: every month)
  --data DIR       data folder (default: data)
  --dry-run        tell what would go, change nothing
  --check          check that withdrawn.json follows from the data as they stood in --base
  --base REF|DIR   the data before: a git commit or branch, or another data folder
  --help           this text

Exit codes: 0 done, or right; 1 nothing to withdraw, or wrong; 2 wrong usage.
`

/** Withdraws a contribution, or checks a withdrawal; returns the exit code. */
export async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      month: { type: 'string' },
      data: { type: 'string', default: 'data' },
      base: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return print(HELP)
  if (values.check) return check(values.data, values.base)
  const withdrawal = parseWithdrawal(positionals, values.month)
  const plan = await planWithdrawal(values.data, [withdrawal], startProgress())
  if (plan.files.length === 0)
    throw new ExplainedError(
      `${describe(withdrawal)}: expected exports under ${values.data}/exports/${withdrawal.contributor}, found none that count. Fix: check the name and the month.`,
    )
  if (!values['dry-run']) carryOut(values.data, plan)
  const verb = values['dry-run'] ? 'would go' : 'gone'
  console.log(
    `${describe(withdrawal)}: ${count(plan.files.length, 'file')} and ${count(plan.gone, 'published cell')} ${verb}, ${count(plan.frozen, 'published cell')} frozen as released`,
  )
  return 0
}

async function check(dataDir: string, base: string | undefined): Promise<number> {
  if (base === undefined) throw new UsageError('--check: expected the data before as --base REF|DIR, found none')
  const problems = await checkWithdrawal(dataDir, base)
  for (const problem of problems) console.error(problem)
  if (problems.length === 0) console.log('withdrawn.json: nothing to object to')
  return problems.length === 0 ? 0 : 1
}

function parseWithdrawal(positionals: string[], month: string | undefined): Withdrawal {
  const [contributor, ...rest] = positionals
  if (contributor === undefined || rest.length > 0)
    throw new UsageError(`Expected one contributor, found ${positionals.length}. --help shows how to use this command.`)
  if (!new RegExp(PATTERNS.slug).test(contributor))
    throw new UsageError(
      `CONTRIBUTOR: expected a folder name under exports, found ${JSON.stringify(contributor)}. Fix: write the account in lower case.`,
    )
  if (month !== undefined && !new RegExp(PATTERNS.month).test(month))
    throw new UsageError(`--month: expected YYYY-MM, found ${JSON.stringify(month)}`)
  const date = new Date().toISOString().slice(0, 10)
  return month === undefined ? { contributor, date } : { contributor, month, date }
}

function describe({ contributor, month }: Withdrawal): string {
  return month === undefined ? contributor : `${contributor}/${month}`
}

/** Writes the list before it deletes: a file that still lies there is not read any more, but a deleted one cannot be listed. */
function carryOut(dataDir: string, { withdrawn, files }: WithdrawalPlan): void {
  const path = join(dataDir, 'withdrawn.json')
  writeWhole(path, format(withdrawn))
  for (const { absolutePath } of files) rmSync(absolutePath)
  const months = new Set(files.map(({ absolutePath }) => dirname(absolutePath)))
  for (const folder of [...months, ...new Set([...months].map(dirname))])
    if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder)
}

/** JSON with an entry to a line, so that a reviewer sees which are new. */
function format(withdrawn: Withdrawn): string {
  const parts = Object.entries(withdrawn).map(([key, value]) =>
    Array.isArray(value) && value.length > 0
      ? `"${key}": [\n${value.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n')}\n ]`
      : `"${key}": ${JSON.stringify(value)}`,
  )
  return `{\n ${parts.join(',\n ')}\n}\n`
}

if (import.meta.main) await runMain(main)
