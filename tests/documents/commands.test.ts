import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { tarballName } from '../../site/data/package.ts'
import { COMMANDS, installCommand, validateCommand } from '../../site/lib/commands.ts'
import { listTrackedFiles } from '../repository/tracked_files.ts'
import { type CommandLine, parseCommand } from './command_line.ts'
import { type DocumentCommand, extractCommands } from './extract_commands.ts'
import { checkOptions, checkScript, checkTarball, checkTool, runScript } from './npm_commands.ts'
import { checkHelp, checkOrch } from './orch_commands.ts'

const STORE_SAMPLES = 'pipeline/clickhouse/store_samples.ts'

/** Commands that cannot be run here, and why; what can be looked up of them is. */
const NOT_RUN: [pattern: RegExp, look: (command: CommandLine) => void][] = [
  // Installs everything anew, into the folder that this runs in.
  [/^npm ci$/, () => {}],
  // The package is packed and run by tests/telemetry/package.
  [/^npm pack$/, () => {}],
  // Asks a registry for what the package depends on.
  [/^npm install --global \S+\.tgz$/, ({ args }) => checkTarball(args.at(-1)!)],
  // Needs a ClickHouse server; tests/clickhouse builds with one.
  [/^npm run pipeline -- --engine clickhouse /, ({ args }) => checkOptions('pipeline/cli.ts', args)],
  [/^node pipeline\/clickhouse\/store_samples\.ts --url /, ({ args }) => checkOptions(STORE_SAMPLES, args)],
  // A build of the site is a step of npm test.
  [/^npx astro build$/, ({ args }) => checkTool(args[0]!)],
  // Names a way for a process to end; nobody is to type it.
  [/^kill -9$/, () => {}],
  // Engines, which are not part of this project.
  [/^(vllm|llama-server|ollama|lms server|trtllm-serve|docker run|python -m sglang)\b/, () => {}],
  [/^OLLAMA_HOST=\S+ ollama run /, () => {}],
]

const documents = listTrackedFiles().filter(({ path }) => /^(README|CONTRIBUTING|docs\/.*)\.md$/.test(path))
const site = [
  ...Object.values(COMMANDS),
  installCommand(tarballName()),
  validateCommand('data/exports/ada/2026-10/new.jsonl'),
]
const commands = [
  ...documents.flatMap(({ path, read }) => extractCommands(path, read()!)),
  ...site
    .flatMap((text) => text.split(' && '))
    .map((text): DocumentCommand => ({ place: 'site/lib/commands.ts', text })),
]
/** Each once, with the first place where it stands. */
const distinct = [
  ...new Map(commands.toReversed().map(({ place, text }) => [text, { place, text }])).values(),
].toReversed()

test('the documents are read', () => {
  expect(documents.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['CONTRIBUTING.md', 'README.md', 'docs/orch.md']),
  )
  expect(distinct.length).toBeGreaterThan(40)
})

test.each(distinct)('$place: $text', async ({ text }) => {
  for (const command of parseCommand(text)) await check(text, command)
})

async function check(text: string, command: CommandLine): Promise<void> {
  const { program, args, env } = command
  const look = NOT_RUN.find(([pattern]) => pattern.test(text))?.[1]
  if (look !== undefined) return look(command)
  if (program === 'orch') return checkOrch(args, env)
  if (program === 'npm' && args[0] === 'run' && args[1] === 'orch') return checkOrch(args.slice(3))
  if (program === 'npm' && ['start', 'test'].includes(args[0]!)) return checkScript(args[0]!, args.slice(2))
  if (program === 'npm' && args[0] === 'run') return checkScript(args[1]!, args.slice(3))
  if (program === 'node' && args[0] === STORE_SAMPLES) return runScript(STORE_SAMPLES, args.slice(1))
  throw new Error(
    `"${text}": how to run it is not known; teach it to tests/documents, or list it in NOT_RUN with the reason`,
  )
}

describe('tables of commands', () => {
  const rows = documents.flatMap(({ path, read }) =>
    [...read()!.matchAll(/^\| `orch ([a-z ]+)`[^|]*\|(.*)\|$/gm)].map(([, name, text]) => ({
      path,
      name: name!,
      text: text!,
    })),
  )

  test.each(rows)('$path: the options of orch $name exist', async ({ name, text }) => {
    const options = [...text.matchAll(/`(--[a-z-]+)/g)].map(([, option]) => option!)
    await checkHelp([...name.split(' '), ...options])
  })
})

describe('the site', () => {
  const sources = listTrackedFiles().filter(({ path }) => /^site\/.*\.(astro|ts)$/.test(path))

  test('prints no command but those of site/lib/commands.ts', () => {
    const printed = /<code>[^<{]*\b(npm|npx|node|orch) \w|'code', \{\}, [`'](npm|npx|node|orch) \w/
    expect(sources.filter(({ read }) => printed.test(read() ?? '')).map(({ path }) => path)).toEqual([])
  })
})

test('documents name the package as package.json does', () => {
  const texts = documents.map(({ read }) => read()!).join('\n')
  const tarballs = [...texts.matchAll(/[\w-]+-\d+\.\d+\.\d+\.tgz/g)].map(([name]) => name)
  expect([...new Set(tarballs)]).toEqual([tarballName()])
  const imported = [...texts.matchAll(/^import .* from '([^']+)'$/gm)].map(([, name]) => name)
  expect(imported).toEqual([manifest.name])
})

test('no document, page or message has a registry asked for orch', () => {
  const asking = new RegExp(`${'npx'} orch|npm (install|i|exec)( --?\\S+)* orch`)
  const texts = listTrackedFiles().filter(
    ({ path }) => /\.(md|astro|ts|js|mjs|json|yml)$/.test(path) && !path.startsWith('data/'),
  )
  expect(texts.filter(({ read }) => asking.test(read() ?? '')).map(({ path }) => path)).toEqual([])
})

describe('the check itself', () => {
  test.each([
    ['an unknown program', '`frobnicate the engine`', /neither a known command/],
    ['an unknown kind of block', '```sh\norch serve\n```', /expected a fence of/],
  ])('refuses %s', (_, text, message) => {
    expect(() => extractCommands('x.md', text)).toThrow(message)
  })

  test.each([
    ['an unknown command of orch', 'orch srve --upstream http://127.0.0.1:8000'],
    ['an unknown option of orch', 'orch telemetry show --lines 3'],
    ['an unknown script', 'npm run publish'],
    ['an unknown option of a script', 'npm run validate -- samples.jsonl --strict'],
    ['a package of a registry', `${'npx'} orch serve`],
    ['a tarball of another version', 'npm install --global ./orch-telemetry-9.9.9.tgz'],
    ['a run that fails', 'orch validate missing.json'],
  ])('refuses %s', async (_, text) => {
    await expect(check(text, parseCommand(text)[0]!)).rejects.toThrow()
  })
})
