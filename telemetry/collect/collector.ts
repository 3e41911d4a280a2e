import http from 'node:http'
import type { Files } from '../buffer/files.ts'
import { BodyBudget } from '../gateway/incoming_body.ts'
import { listen } from '../gateway/listen.ts'
import { answerAdmin } from './admin_routes.ts'
import type { ClickhouseTable } from './clickhouse.ts'
import { ClickhouseStore } from './clickhouse_store.ts'
import { CollectMetrics } from './collect_metrics.ts'
import type { Collector } from './collector_state.ts'
import { handlePost } from './handle_post.ts'
import { LineChecker } from './line_checker.ts'
import { RateLimit } from './rate_limit.ts'
import { removePastMonths } from './retention.ts'
import { SampleStore } from './sample_store.ts'
import { Tokens } from './tokens.ts'

export interface CollectorOptions {
  listen: string
  /** Where it answers `/metrics`, `/readyz` and `/livez`; `off` for nowhere. */
  admin_listen: string
  dir: string
  /** A table of ClickHouse that samples go to in the place of `dir`. */
  clickhouse?: ClickhouseTable | undefined
  token_file: string
  /** Whether samples without a token are taken, as of one contributor `anonymous`. */
  allow_anonymous: boolean
  /** Samples per second that each token may send in the long run. */
  rate: number
  /** How many days after its end a month is kept. */
  keep_days: number
  /** Logs an event; never anything that a sender sent. */
  log: (event: string, facts?: Record<string, unknown>) => void
  files?: Files
}

export interface RunningCollector {
  url: string
  admin_url: string | null
  /** Takes no more batches, stores those that were received, and ends. */
  close(): Promise<void>
}

/** Memory for the bodies of all requests together, compressed and inflated, until they are answered: more than one of the largest. */
const BODY_BYTES = 48 * 1024 * 1024
/** A sender has this long for its headers, and for a request as a whole. */
const HEADERS_MS = 10_000
const REQUEST_MS = 60_000
/** How often Node looks for connections that took longer. */
const CHECK_MS = 2_000
const IDLE_MS = 75_000
const MAX_HEADER_BYTES = 16_384
const MAX_CONNECTIONS = 2_000
const WRONG_TOKENS_PER_S = 0.2
const REPORT_MS = 60_000
const DAY_MS = 86_400_000

/** Starts a collector. Resolves when it listens; rejects if it cannot. */
export async function startCollector(options: CollectorOptions): Promise<RunningCollector> {
  const { dir, keep_days, log } = options
  const collector = await createCollector(options)
  // A file of tokens that cannot be used is an error at the start, not at the first request.
  await collector.tokens.check()
  const clean = () =>
    removePastMonths(dir, keep_days, Date.now()).catch((error: Error) =>
      log('retention_failed', { why: error.message }),
    )
  await clean()
  const daily = setInterval(clean, DAY_MS).unref()
  const server = createServer(collector)
  const url = await listen(server, 'listen', options.listen)
  const admin = await startAdmin(collector, options.admin_listen).catch((error: Error) => {
    server.close()
    throw error
  })
  log('listening', { url, admin_url: admin?.url ?? null, dir })
  const close = async () => {
    clearInterval(daily)
    await closeCollector(collector, server)
    admin?.server.close().closeAllConnections()
    log('stopped')
  }
  return { url, admin_url: admin?.url ?? null, close }
}

async function createCollector(options: CollectorOptions): Promise<Collector> {
  const { dir, clickhouse, token_file, allow_anonymous, rate, log, files } = options
  return {
    store: clickhouse
      ? await ClickhouseStore.open(clickhouse)
      : new SampleStore({ dir, files, warn: (why) => log('warning', { why }) }),
    tokens: new Tokens(token_file, files),
    allow_anonymous,
    rates: new RateLimit(rate),
    strangers: new RateLimit(WRONG_TOKENS_PER_S),
    budget: new BodyBudget(BODY_BYTES),
    checker: new LineChecker(),
    metrics: new CollectMetrics(),
    isClosing: false,
    reportTokens: reportTokens(log),
    log,
  }
}

/** What stays wrong is logged again every minute, however many requests meet it. */
function reportTokens(log: CollectorOptions['log']): (error: Error) => void {
  let last = { message: '', at_ms: 0 }
  return ({ message }) => {
    const at_ms = performance.now()
    if (message === last.message && at_ms - last.at_ms < REPORT_MS) return
    log('tokens_unusable', { why: message })
    last = { message, at_ms }
  }
}

function createServer(collector: Collector): http.Server {
  const server = http.createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: IDLE_MS,
    connectionsCheckingInterval: CHECK_MS,
  })
  server.maxConnections = MAX_CONNECTIONS
  server.on('request', (request, response) => void handlePost(collector, request, response))
  return server
}

async function startAdmin(collector: Collector, address: string) {
  if (address === 'off') return null
  const server = http.createServer((request, response) => void answerAdmin(collector, request, response))
  return { server, url: await listen(server, 'admin_listen', address) }
}

async function closeCollector(collector: Collector, server: http.Server): Promise<void> {
  collector.isClosing = true
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const hurry = setTimeout(() => server.closeAllConnections(), HEADERS_MS)
  await closed
  clearTimeout(hurry)
  await collector.store.close()
}
