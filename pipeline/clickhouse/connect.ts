import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { ExplainedError } from '../lib/run_main.ts'

/** Values for the `{name:Type}` places of a statement. */
export type Parameters = Record<string, string | number>

/** A database of a ClickHouse. */
export interface ClickhouseDatabase {
  /** Runs a statement without a result. Rejects with what the server says. */
  run(sql: string, parameters?: Parameters): Promise<void>
  /** The result of a query, in the format that it names, in pieces as they come. Rejects with what the server says. */
  stream(sql: string, parameters?: Parameters): Promise<AsyncIterable<Uint8Array>>
  /** Adds rows, each with its values in the order of the table's columns. */
  insert(table: string, rows: readonly (readonly unknown[])[]): Promise<void>
}

export interface ConnectedDatabase extends ClickhouseDatabase {
  version: string
  close(): Promise<void>
}

/** Counting billions of samples takes minutes before the first byte. */
const REQUEST_TIMEOUT_MS = 3_600_000

/** What the statements rely on, whatever the profile of the user says. */
const SETTINGS = {
  enable_analyzer: 1,
  prefer_column_name_to_alias: 0,
  async_insert: 0,
  // What was said to be stored has reached its shard.
  insert_distributed_sync: 1,
  // A failure after the first row would otherwise come in the middle of the rows.
  wait_end_of_query: 1,
  // A sign of life for proxies in between, which otherwise drop a silent connection.
  send_progress_in_http_headers: 1,
  http_headers_progress_interval_ms: '50000',
} as const

/**
 * Connects to the ClickHouse at `url`: `http[s]://[user[:password]@]host:port/[database]`. Rejects with ExplainedError where nothing answers
 * as ClickHouse does.
 */
export async function connectClickhouse(url: string): Promise<ConnectedDatabase> {
  const address = readAddress(url)
  const client = openClient(address)
  return {
    version: await readVersion(client, address),
    run: async (query, query_params) => {
      await client.command({ query, query_params })
    },
    stream: async (query, query_params) => (await client.exec({ query, query_params })).stream,
    insert: async (table, values) => {
      await client.insert({ table, values, format: 'JSONCompactEachRow' })
    },
    close: () => client.close(),
  }
}

type Client = ReturnType<typeof createClient>

async function readVersion(client: Client, { url }: Address): Promise<string> {
  try {
    const result = await client.query({ query: 'SELECT version() AS version', format: 'JSONEachRow' })
    const [server] = await result.json<{ version: string }>()
    return server!.version
  } catch (cause) {
    await client.close()
    throw new ExplainedError(
      `${url}: expected a ClickHouse that answers, found "${(cause as Error).message}". Fix: check address, user and password.`,
    )
  }
}

interface Address {
  url: string
  username?: string | undefined
  password?: string
}

/** Splits at the last `@`: a password may be written as it is, with `@` and `/` that URL parsers stumble over, or percent-encoded. */
function readAddress(url: string): Address {
  const [, scheme, user, rest] = /^([^/]*\/\/)(.*)@([^@]*)$/s.exec(url) ?? []
  if (user === undefined) return { url }
  const [username, ...password] = user.split(':')
  return { url: `${scheme}${rest}`, username: decode(username!) || undefined, password: decode(password.join(':')) }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function openClient(address: Address): Client {
  try {
    return createClient({
      ...address,
      application: 'orch-pipeline',
      request_timeout: REQUEST_TIMEOUT_MS,
      clickhouse_settings: SETTINGS,
      // Errors are thrown, with their statement; the log would repeat them, settings and all.
      log: { level: ClickHouseLogLevel.OFF },
    })
  } catch (cause) {
    throw new ExplainedError(
      `--url: expected http[s]://[user[:password]@]host:port/[database], found "${address.url}" (${(cause as Error).message})`,
    )
  }
}
