import { randomUUID } from 'node:crypto'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { ExplainedError } from '../lib/run_main.ts'
import type { ClickhouseSession } from './session.ts'

export interface ConnectedSession extends ClickhouseSession {
  /** Closes the connection; the server forgets the session's tables after its session timeout. */
  close(): Promise<void>
}

/** An aggregation over billions of samples takes minutes before its first byte. */
const REQUEST_TIMEOUT_MS = 3_600_000

/** What the statements rely on, whatever the profile of the user says. */
const SETTINGS = {
  enable_analyzer: 1,
  prefer_column_name_to_alias: 0,
  async_insert: 0,
  wait_end_of_query: 1,
  output_format_json_quote_64bit_integers: 0,
  // A sign of life for proxies in between, which otherwise drop a silent connection.
  send_progress_in_http_headers: 1,
  http_headers_progress_interval_ms: '50000',
} as const

/**
 * Opens a session of the ClickHouse at `url`: `http[s]://[user[:password]@]host:port/[database]`. Rejects with ExplainedError where nothing
 * answers as ClickHouse does.
 */
export async function connectClickhouse(url: string): Promise<ConnectedSession> {
  const client = openClient(url)
  const reply = await client.ping({ select: true })
  if (!reply.success) {
    await client.close()
    throw new ExplainedError(
      `${withoutPassword(url)}: expected a ClickHouse that answers, found "${reply.error.message}". Fix: check address, user and password.`,
    )
  }
  return {
    run: async (query, query_params) => {
      await client.command({ query, query_params })
    },
    read: async <Row>(query: string, query_params?: object) => {
      const result = await client.query({ query, query_params: { ...query_params }, format: 'JSONEachRow' })
      return result.json<Row>()
    },
    insert: async (table, values) => {
      await client.insert({ table, values, format: 'JSONCompactEachRow' })
    },
    close: () => client.close(),
  }
}

function openClient(url: string) {
  try {
    return createClient({
      url,
      session_id: randomUUID(),
      application: 'orch-pipeline',
      request_timeout: REQUEST_TIMEOUT_MS,
      max_open_connections: 1,
      clickhouse_settings: SETTINGS,
      // Errors are thrown, with their statement; the log would repeat them, settings and all.
      log: { level: ClickHouseLogLevel.OFF },
    })
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    throw new ExplainedError(
      `--url: expected http[s]://[user[:password]@]host:port/[database], found "${withoutPassword(url)}" (${found})`,
    )
  }
}

/** The address as it may be shown. */
function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//')
}
