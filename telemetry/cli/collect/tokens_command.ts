import { PATTERNS } from '../../../contracts/index.ts'
import { Tokens } from '../../collect/tokens.ts'
import { formatTable, plural } from '../format.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK, EXIT_USAGE } from '../io.ts'
import { type OptionSpecs, parseOptions } from '../usage.ts'
import { UsageError } from '../usage_error.ts'
import { DIR_OPTION, readTokenFile, TOKENS_OPTION } from './folder.ts'

const FILE_OPTIONS = { ...DIR_OPTION, ...TOKENS_OPTION } as const satisfies OptionSpecs
const ADD_OPTIONS = {
  ...FILE_OPTIONS,
  expires: { type: 'string', value: 'DATE', help: 'the last day on which it is valid, as YYYY-MM-DD' },
} as const satisfies OptionSpecs

const addCommand: Command = {
  name: 'add',
  summary: 'make a token for a contributor',
  usage: {
    lines: ['collect tokens add CONTRIBUTOR --dir DIR [options]'],
    text: 'orch collect tokens add makes a token and prints it, once: only its hash is stored. The sender keeps it in the file or variable that telemetry.http.token_file or token_env names. A running collector knows it within a second.',
    options: ADD_OPTIONS,
    exits: [
      [0, 'made'],
      [1, 'the file of tokens cannot be read or written'],
    ],
  },
  run: runAdd,
}

const listCommand: Command = {
  name: 'list',
  summary: 'list the tokens, without what is secret',
  usage: {
    lines: ['collect tokens list --dir DIR [options]'],
    text: 'orch collect tokens list shows whose tokens are valid, and until when.',
    options: FILE_OPTIONS,
    exits: [
      [0, 'listed'],
      [1, 'the file of tokens cannot be read'],
    ],
  },
  run: runList,
}

const revokeCommand: Command = {
  name: 'revoke',
  summary: 'revoke a token, or all of a contributor',
  usage: {
    lines: ['collect tokens revoke ID|CONTRIBUTOR --dir DIR [options]'],
    text: 'orch collect tokens revoke makes a token invalid, within a second for a running collector. Samples that it sent stay.',
    options: FILE_OPTIONS,
    exits: [
      [0, 'revoked'],
      [1, 'there was none, or the file of tokens cannot be read or written'],
    ],
  },
  run: runRevoke,
}

/** `orch collect tokens …`: who may send. */
export const tokensCommand: Command = {
  name: 'tokens',
  summary: 'make, list and revoke the tokens of contributors',
  subcommands: [addCommand, listCommand, revokeCommand],
  usage: {
    lines: ['collect tokens <command> …'],
    text: 'A token says whose the samples are: the sender cannot choose that. Give every contributor, and best every host, a token of its own.',
    options: {},
    exits: [[0, 'done; see the help of each command']],
  },
  run: (args) => {
    parseOptions('orch collect tokens', args, {})
    return EXIT_USAGE
  },
}

async function runAdd(args: readonly string[], io: CommandIo): Promise<number> {
  const command = 'orch collect tokens add'
  const { values, positionals } = parseOptions(command, args, ADD_OPTIONS, 1)
  const [contributor] = positionals
  if (contributor === undefined || !new RegExp(PATTERNS.slug).test(contributor))
    throw new UsageError(
      `${command}: expected the name of a contributor that matches ${PATTERNS.slug}, found ${contributor === undefined ? 'none' : `"${contributor}"`}.`,
    )
  const tokens = new Tokens(readTokenFile(command, values))
  const { id, token } = await tokens.create(contributor, readDay(values.expires), io.now())
  io.writeError(`Token ${id} of ${contributor}. It is shown only now:\n`)
  io.writeOut(`${token}\n`)
  return EXIT_OK
}

/** The end of a day in UTC. */
function readDay(day: string | undefined): string | null {
  if (day === undefined) return null
  if (/^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day))) return `${day}T23:59:59.999Z`
  throw new UsageError(`--expires: expected a day as YYYY-MM-DD, found "${day}".`)
}

async function runList(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions('orch collect tokens list', args, FILE_OPTIONS)
  const tokens = await new Tokens(readTokenFile('orch collect tokens list', values)).list()
  if (tokens.length === 0) io.writeOut('No tokens. Make one with: orch collect tokens add CONTRIBUTOR --dir DIR\n')
  else {
    const rows = tokens.map(({ id, contributor, created, expires }) => [
      id,
      contributor,
      created.slice(0, 10),
      expires?.slice(0, 10) ?? 'never',
    ])
    io.writeOut(`${formatTable(['id', 'contributor', 'made', 'valid until'], rows, []).join('\n')}\n`)
  }
  return EXIT_OK
}

async function runRevoke(args: readonly string[], io: CommandIo): Promise<number> {
  const command = 'orch collect tokens revoke'
  const { values, positionals } = parseOptions(command, args, FILE_OPTIONS, 1)
  const [name] = positionals
  if (name === undefined)
    throw new UsageError(`${command}: expected the id of a token or a contributor.\nSee ${command} --help`)
  const revoked = await new Tokens(readTokenFile(command, values)).revoke(name)
  if (revoked === 0) {
    io.writeError(`${command}: no token has the id or the contributor "${name}". See orch collect tokens list\n`)
    return EXIT_FAILED
  }
  io.writeOut(`Revoked ${plural(revoked, 'token')}.\n`)
  return EXIT_OK
}
