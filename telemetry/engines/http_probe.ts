import type { Dispatcher } from 'undici'
import { Agent } from '../http_modules.ts'

/** How an engine is asked about itself. */
export interface ProbeOptions {
  /** For each request, in ms. */
  timeout_ms: number
  /** Sent with each request: the key of an engine that asks for one. */
  headers?: Readonly<Record<string, string>>
}

/** Asks an engine about itself. */
export interface Probe {
  /** The JSON object in the response to `GET`, or to `POST` if there is a body; null for anything else. Never throws. */
  ask(path: string, body?: object): Promise<Record<string, unknown> | null>
  /** Whether any request had no response, or one of 500 or above: the engine may be starting up. */
  readonly failed: boolean
  /** Whether any request was refused for want of a key. */
  readonly refused: boolean
}

/** Longest response that is read; SGLang's `/server_info` is the longest known, some tens of kB. In characters. */
const MAX_ANSWER = 4_194_304
/** Keeps no connection open. */
const agent = new Agent({ pipelining: 0 })

/** A probe of the engine at `url`, which may end in `/v1`. It follows no redirect and keeps no connection open. */
export function createProbe(url: string, { timeout_ms, headers }: ProbeOptions): Probe {
  const { origin, pathname } = new URL(url)
  const base = pathname.replace(/\/+$/, '').replace(/\/v1$/, '')
  const probe = { failed: false, refused: false }
  const send = (path: string, body: object | undefined) =>
    agent.request({
      origin,
      path: base + path,
      method: body === undefined ? 'GET' : 'POST',
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(timeout_ms),
      headers: { accept: 'application/json', ...(body && JSON_TYPE), ...headers },
    })
  const ask = async (path: string, body?: object) => {
    const response = await send(path, body).catch(() => null)
    const status = response?.statusCode ?? 500
    probe.failed ||= status >= 500
    probe.refused ||= status === 401 || status === 403
    return response && readObject(response)
  }
  return Object.assign(probe, { ask })
}

const JSON_TYPE = { 'content-type': 'application/json' }

async function readObject({ statusCode, body }: Dispatcher.ResponseData): Promise<Record<string, unknown> | null> {
  try {
    const text = await body.text()
    if (statusCode >= 300 || text.length > MAX_ANSWER) return null
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
