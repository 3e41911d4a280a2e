import querystring from 'node:querystring'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import type { HttpSinkConfig } from '../config/schema.ts'
import { EnvHttpProxyAgent } from '../http_modules.ts'
import { readToken } from './bearer_token.ts'
import { classifyRedirect, classifyStatus } from './http_response.ts'
import type { Sink, SinkBatch, SinkResult } from './types.ts'

const compress = promisify(gzip)
const REDIRECTS = 3
/** The most that is received of a response body, which is not read. */
const ANSWER_BYTES = 65_536

/**
 * Posts batches as NDJSON to the configured address, through the proxy of the environment (HTTP_PROXY, HTTPS_PROXY, NO_PROXY).
 * Certificates are always verified. Nothing is opened before the first batch.
 */
export function createHttpSink(config: HttpSinkConfig, env: NodeJS.ProcessEnv): Sink {
  let agent: Dispatcher | null = null
  return {
    name: 'http',
    form: config.form,
    max_samples: config.batch_samples,
    max_bytes: config.batch_bytes,
    interval_ms: config.batch_interval_s * 1000,
    send: (batch, signal) => {
      agent ??= createAgent(env)
      return send({ config, env, agent }, batch, signal)
    },
    close: async () => {
      await agent?.destroy()
    },
  }
}

interface Connection {
  config: HttpSinkConfig
  env: NodeJS.ProcessEnv
  agent: Dispatcher
}

function createAgent(env: NodeJS.ProcessEnv): Dispatcher {
  const tls = { rejectUnauthorized: true }
  return new EnvHttpProxyAgent({
    httpProxy: env.http_proxy ?? env.HTTP_PROXY ?? '',
    httpsProxy: env.https_proxy ?? env.HTTPS_PROXY ?? '',
    noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
    connections: 1,
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
  })
}

async function send(connection: Connection, batch: SinkBatch, signal: AbortSignal): Promise<SinkResult> {
  const { config, env } = connection
  const token = await readToken(config, env)
  if (token.kind === 'problem') return { kind: 'retry', why: token.why }
  const headers: Record<string, string> = {
    'content-type': 'application/x-ndjson',
    'idempotency-key': batch.idempotency_key,
    'user-agent': 'orch',
  }
  const authorization = token.kind === 'token' ? `Bearer ${token.token}` : basicCredentials(new URL(config.url))
  if (authorization) headers.authorization = authorization
  if (config.gzip) headers['content-encoding'] = 'gzip'
  const text = batch.lines.map((line) => `${line}\n`).join('')
  const body = config.gzip ? await compress(text) : Buffer.from(text)
  return withTimeout(config.timeout_s * 1000, signal, (limited) =>
    post(connection.agent, new URL(config.url), { headers, body, signal: limited }),
  )
}

/** The name and password of a URL as an Authorization header (RFC 7617). */
function basicCredentials({ username, password }: URL): string | null {
  if (username === '' && password === '') return null
  return `Basic ${Buffer.from(`${querystring.unescape(username)}:${querystring.unescape(password)}`).toString('base64')}`
}

interface Post {
  headers: Record<string, string>
  body: Buffer
  signal: AbortSignal
}

async function post(agent: Dispatcher, target: URL, { headers, body, signal }: Post): Promise<SinkResult> {
  let url = target
  try {
    for (let hop = 0; hop <= REDIRECTS; hop += 1) {
      const answer = await agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        headers,
        body,
        signal,
      })
      await answer.body.dump({ limit: ANSWER_BYTES, signal }).catch(() => undefined)
      const { statusCode, headers: answered } = answer
      if (statusCode < 300 || statusCode >= 400)
        return classifyStatus(url.origin, statusCode, first(answered['retry-after']), Date.now())
      const redirect = classifyRedirect(url, statusCode, first(answered.location))
      if (redirect.kind === 'stop') return { kind: 'retry', why: redirect.why }
      url = redirect.url
    }
    return { kind: 'retry', why: `${url.origin}: expected status 2xx, found more than ${REDIRECTS} redirects` }
  } catch (error) {
    return { kind: 'retry', why: `${url.origin}: expected an answer, found ${describe(error)}` }
  }
}

/** With a timer of its own: AbortSignal.any would stay attached to the caller's signal for as long as that exists. */
async function withTimeout(
  ms: number,
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<SinkResult>,
): Promise<SinkResult> {
  const limited = new AbortController()
  const abort = () => limited.abort()
  const timer = setTimeout(abort, ms)
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  try {
    return await work(limited.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

function describe(error: unknown): string {
  const { name, code, cause } = error as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException }
  if (name === 'AbortError') return 'none in time'
  return code ?? cause?.code ?? name
}
