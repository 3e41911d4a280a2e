import { detectEngine } from '../../engines/detect_engine.ts'
import type { EngineIdentity } from '../../engines/types.ts'
import type { TaskApi } from '../../wire/types.ts'

const DETECT_TIMEOUT_MS = 5_000

/** The engine that is measured, and its API. */
export interface Target {
  /** Base URL without the path of an API and without a slash at its end. */
  url: string
  model: string
  identity: EngineIdentity
  api: TaskApi
  headers: Record<string, string>
}

export interface TargetOptions {
  url: string
  model: string
  /** The API key itself; used in the request only. */
  api_key: string | undefined
  configured: { engine?: string; engine_version?: string; quantization?: string }
}

/** Detects the engine, on paths that cost no token, and the API to use. */
export async function openTarget({ url, model, api_key, configured }: TargetOptions): Promise<Target> {
  const base = url.replace(/\/+$/, '').replace(/\/v1$/, '')
  const headers: Record<string, string> = api_key === undefined ? {} : { authorization: `Bearer ${api_key}` }
  const authorized: typeof fetch = (input, init) =>
    fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string> | undefined), ...headers } })
  const identity = await detectEngine(base, { fetch: authorized, timeout_ms: DETECT_TIMEOUT_MS, configured })
  return { url: base, model, identity, api: identity.engine === 'ollama' ? 'ollama.chat' : 'openai.chat', headers }
}

/** Whether the engine runs on this host, so that this host's GPU is the one that is measured. */
export function isLocal(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
