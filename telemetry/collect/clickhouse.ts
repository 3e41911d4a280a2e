import { Agent, request } from 'undici'
import { StoreUnavailable } from './batch_store.ts'

const TIMEOUT_MS = 30_000
const CONNECTIONS = 8

/** The server gathers small inserts into larger ones, and answers when what it was sent is in the table, on its shard. */
const INSERT_SETTINGS = {
  async_insert: '1',
  wait_for_async_insert: '1',
  insert_distributed_sync: '1',
  wait_end_of_query: '1',
}

/** A table of a ClickHouse, by its HTTP interface (https://clickhouse.com/docs/interfaces/http, as of release 25.8). */
export class ClickhouseTable {
  readonly #url: URL
  readonly #table: string
  readonly #headers: Record<string, string>
  readonly #agent = new Agent({
    connections: CONNECTIONS,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    connectTimeout: TIMEOUT_MS,
  })

  /**
   * @param address `http[s]://[user[:password]@]host:port/[database]`, user and password percent-encoded
   * @param table a name that needs no quotes
   * @param password where the address has none
   */
  constructor(address: string, table: string, password = '') {
    const url = new URL(address)
    this.#table = table
    const credentials = Buffer.from(
      `${decodeURIComponent(url.username || 'default')}:${decodeURIComponent(url.password) || password}`,
    )
    this.#headers = { authorization: `Basic ${credentials.toString('base64')}`, 'user-agent': 'orch-collect' }
    this.#url = new URL('/', url.origin)
    this.#url.searchParams.set('database', decodeURIComponent(url.pathname.slice(1)) || 'default')
  }

  /** The names of its columns; none if there is no such table. Rejects with StoreUnavailable. */
  async readColumns(): Promise<string[]> {
    const query = `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = '${this.#table}' FORMAT TSV`
    const names = await this.#send(query, {})
    return names.split('\n').filter((name) => name !== '')
  }

  /** Inserts rows, each an object in JSON. Resolves when the server says that they are stored; rejects with StoreUnavailable. */
  async insert(rows: readonly string[]): Promise<void> {
    await this.#send(rows.join('\n'), {
      query: `INSERT INTO ${this.#table} FORMAT JSONEachRow`,
      ...INSERT_SETTINGS,
    })
  }

  async close(): Promise<void> {
    await this.#agent.close()
  }

  async #send(body: string, parameters: Record<string, string>): Promise<string> {
    const url = new URL(this.#url)
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    const answer = await request(url, { method: 'POST', headers: this.#headers, body, dispatcher: this.#agent }).catch(
      unreachable,
    )
    const text = await answer.body.text().catch(unreachable)
    if (answer.statusCode === 200) return text
    // The text of an error may hold a part of a row: its code says enough.
    const code = String(answer.headers['x-clickhouse-exception-code'] ?? 'none').slice(0, 10)
    throw new StoreUnavailable(
      `ClickHouse answered ${answer.statusCode}, exception code ${code}; its own log says more`,
    )
  }
}

function unreachable(error: NodeJS.ErrnoException): never {
  throw new StoreUnavailable(`ClickHouse does not answer: ${error.code ?? error.name}`)
}
