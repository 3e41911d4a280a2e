import { join, resolve } from 'node:path'
import { exportCommand } from './collect/export_command.ts'
import { DIR_OPTION, readDir, TOKENS_OPTION } from './collect/folder.ts'
import { tokensCommand } from './collect/tokens_command.ts'
import { type Command, type CommandIo, EXIT_OK } from './io.ts'
import { type OptionSpecs, parseOptions } from './usage.ts'
import { UsageError } from './usage_error.ts'

const OPTIONS = {
  ...DIR_OPTION,
  ...TOKENS_OPTION,
  clickhouse: {
    type: 'string',
    value: 'URL',
    help: 'store in a ClickHouse, http[s]://[user[:password]@]host:port/[database], in the place of DIR',
  },
  samples: { type: 'string', value: 'TABLE', help: 'the table of samples in that ClickHouse (samples)' },
  listen: { type: 'string', short: 'l', value: 'HOST:PORT', help: 'where to listen (127.0.0.1:8787)' },
  'admin-listen': { type: 'string', value: 'HOST:PORT', help: '/metrics, /readyz, /livez (127.0.0.1:9465), or off' },
  rate: {
    type: 'string',
    value: 'N',
    help: 'samples per second that each token may send in the long run (2000)',
  },
  'keep-days': { type: 'string', value: 'N', help: 'how many days after its end a month is kept (90)' },
  'allow-anonymous': { type: 'boolean', help: 'take samples without a token too, as of one contributor' },
} as const satisfies OptionSpecs

/** `orch collect`: a receiver for the samples of other hosts. */
export const collectCommand: Command = {
  name: 'collect',
  summary: 'receive the samples of other hosts',
  subcommands: [tokensCommand, exportCommand],
  usage: {
    lines: ['collect --dir DIR [options]', 'collect tokens|export …'],
    text: `orch collect receives the batches that gateways post (telemetry.http.url), holds every line against the contract of exports, and stores it under the contributor that its token belongs to. A batch is answered once it is on the disk. A sample that is sent again is stored once.

With --clickhouse a batch is answered once that server says that it is stored; DIR then holds the file of tokens alone. CLICKHOUSE_PASSWORD is the password where the URL has none.

It speaks plain HTTP: put a reverse proxy with TLS before it. It keeps no address and no header. Samples leave it with orch collect export only.`,
    options: OPTIONS,
    examples: [
      'orch collect tokens add alice --dir /var/lib/orch-collect',
      'orch collect --dir /var/lib/orch-collect --listen 127.0.0.1:8787',
      'orch collect export --dir /var/lib/orch-collect --month 2026-11 --out data/exports',
    ],
    exits: [
      [0, 'stopped by a signal, after what was received had been stored'],
      [1, 'it could not start: a setting cannot be used, or the port is taken'],
    ],
  },
  run: runCollect,
}

async function runCollect(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions('orch collect', args, OPTIONS)
  const dir = readDir('orch collect', values.dir)
  // Loaded on demand: no other command needs the collector.
  const { startCollector } = await import('../collect/collector.ts')
  const clickhouse = await openClickhouse(values, io)
  const collector = await startCollector({
    listen: readAddress('--listen', values.listen ?? '127.0.0.1:8787'),
    admin_listen: readAddress('--admin-listen', values['admin-listen'] ?? '127.0.0.1:9465'),
    dir,
    clickhouse,
    token_file: values.tokens === undefined ? join(dir, 'tokens.json') : resolve(values.tokens),
    allow_anonymous: values['allow-anonymous'] ?? false,
    rate: readCount('--rate', values.rate ?? '2000'),
    keep_days: readCount('--keep-days', values['keep-days'] ?? '90'),
    log: (event, facts) => io.writeOut(`${JSON.stringify({ ts: io.now().toISOString(), event, ...facts })}\n`),
  })
  await new Promise<void>((resolve) => io.onSignal(() => resolve()))
  await collector.close()
  return EXIT_OK
}

async function openClickhouse({ clickhouse, samples }: { clickhouse?: string; samples?: string }, io: CommandIo) {
  if (clickhouse === undefined) {
    if (samples === undefined) return undefined
    throw new UsageError('--samples: expected with --clickhouse only.\nSee orch collect --help')
  }
  const table = samples ?? 'samples'
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(table))
    throw new UsageError(`--samples: expected the name of a table, found "${table}".\nSee orch collect --help`)
  // What was found may hold a password.
  if (!URL.canParse(clickhouse) || !/^https?:/.test(clickhouse))
    throw new UsageError(
      '--clickhouse: expected http[s]://[user[:password]@]host:port/[database].\nSee orch collect --help',
    )
  const { ClickhouseTable } = await import('../collect/clickhouse.ts')
  return new ClickhouseTable(clickhouse, table, io.env.CLICKHOUSE_PASSWORD)
}

function readAddress(option: string, text: string): string {
  if (/^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/.test(text) || (option === '--admin-listen' && text === 'off'))
    return text
  throw new UsageError(`${option}: expected HOST:PORT, found "${text}".\nSee orch collect --help`)
}

function readCount(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text)
  throw new UsageError(`${option}: expected a whole number above 0, found "${text}".\nSee orch collect --help`)
}
