import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, renameSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'
import { main as runPipeline } from '../../pipeline/cli.ts'
import type { Main } from '../../pipeline/lib/run_main.ts'
import { main as validate } from '../../pipeline/validate.ts'
import { main as withdraw } from '../../pipeline/withdraw.ts'
import { callCommand } from '../support/call_command.ts'
import { makeFolder } from '../telemetry/support/run_orch.ts'
import { optionsOf } from './command_line.ts'

const ROOT = join(import.meta.dirname, '../..')
const EXAMPLE = join(ROOT, 'tests/fixtures/diff/new-file/data')
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

/** Scripts that have no `--help`, because they take no arguments. */
const WITHOUT_ARGUMENTS = ['generate', 'lock', 'check', 'types', 'lint', 'format', 'unit', 'build', 'build:ui', 'serve']

/**
 * Scripts that are only asked for their help, and why.
 *
 * - start, test: a build, and the suite that this test is a part of
 * - attack, bench, simulate, soak: minutes of computing
 */
const HELP_ONLY = ['start', 'test', 'attack', 'bench', 'simulate', 'soak']

/** Programs that run in this process, which spares the start of another. */
const COMMANDS: Record<string, Main> = {
  'pipeline/cli.ts': runPipeline,
  'pipeline/validate.ts': validate,
  'pipeline/withdraw.ts': withdraw,
}

/** Runs `npm run NAME -- ARGS` as a document says, on a copy of an example data folder; fails where it would fail for a reader. */
export async function checkScript(name: string, args: readonly string[]): Promise<void> {
  const script = scripts[name]
  expect(script, `npm run ${name}: expected a script of package.json`).toBeDefined()
  if (WITHOUT_ARGUMENTS.includes(name)) {
    expect(args).toEqual([])
    return
  }
  const file = /node (?:--import \S+ )?(\S+\.ts)[^&]*$/.exec(script!)?.[1]
  expect(file, `npm run ${name}: expected its last command to be a TypeScript file`).toBeDefined()
  expect(existsSync(join(ROOT, file!))).toBe(true)
  if (HELP_ONLY.includes(name)) checkHelp(file!, args)
  else if (args.length > 0) await runScript(file!, args)
}

/** Requires that the help of a program lists the options. */
export function checkOptions(file: string, args: readonly string[]): void {
  const options = optionsOf(args)
  if (options.length === 0) return
  const help = readHelp(file)
  for (const option of options.filter((name) => name !== '--help'))
    expect(help).toMatch(new RegExp(`(^|[\\s[,])${option}\\b`, 'm'))
}

/** Runs a program of the project in a folder that holds an example of `data`, `my-data` and `samples.jsonl`. */
export async function runScript(file: string, args: readonly string[]): Promise<void> {
  const folder = makeFolder()
  for (const name of ['data', 'my-data']) cpSync(EXAMPLE, join(folder, name), { recursive: true })
  const samples = join(folder, 'samples.jsonl')
  renameSync(join(folder, 'data/exports/eve/2026-10/runs.jsonl'), samples)
  // A file in its place in the data folder, as the page My numbers names it.
  const place = args.find((arg) => arg.startsWith('data/exports/'))
  if (place !== undefined) cpSync(samples, join(folder, place))
  const { code, stderr } = await runFile(file, args, folder)
  expect(code, `${file} ${args.join(' ')}\n${stderr}`).toBe(0)
}

async function runFile(file: string, args: readonly string[], cwd: string) {
  const main = COMMANDS[file]
  if (main !== undefined) return callCommand(main, args, cwd)
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, file), ...args], { cwd, encoding: 'utf8' })
  return { code: status, stderr }
}

/** Requires that the tarball in a command is the one that `npm pack` makes. */
export function checkTarball(path: string): void {
  expect(path).toBe(`./${readTarballName()}`)
}

/** Requires a tool of the development dependencies. */
export function checkTool(name: string): void {
  expect(existsSync(resolve(ROOT, 'node_modules/.bin', name))).toBe(true)
}

/** Requires that the help of a program lists the options and what they may be. */
function checkHelp(file: string, args: readonly string[]): void {
  checkOptions(file, args)
  for (const value of args.filter((arg) => !arg.startsWith('-'))) expect(readHelp(file)).toContain(value)
}

let tarballName: string | undefined

function readTarballName(): string {
  if (tarballName !== undefined) return tarballName
  const env = { ...process.env, npm_config_cache: makeFolder(), npm_config_update_notifier: 'false' }
  const args = ['pack', '--dry-run', '--ignore-scripts', '--json', '--offline']
  const output = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', env })
  const [packed] = Object.values(JSON.parse(output) as Record<string, { filename: string }>)
  tarballName = packed!.filename
  return tarballName
}

const helps = new Map<string, string>()

function readHelp(file: string): string {
  const known = helps.get(file)
  if (known !== undefined) return known
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, '--help'], { cwd: ROOT, encoding: 'utf8' })
  expect(status, `${file} --help\n${stderr}`).toBe(0)
  helps.set(file, stdout)
  return stdout
}
