import { askModel } from '../../engines/ask_model.ts'
import { detectEngine } from '../../engines/detect_engine.ts'
import type { EngineIdentity, ModelFacts } from '../../engines/types.ts'
import { splitCredentials } from '../../engines/url_credentials.ts'
import { isThisHost } from '../../gpu/is_this_host.ts'
import type { TaskApi } from '../../wire/types.ts'

const DETECT_TIMEOUT_MS = 5_000

/** The engine that is measured, and its API. */
export interface Target {
  /** Base URL without user-info, the path of an API and a slash at its end. */
  url: string
  model: string
  identity: EngineIdentity
  api: TaskApi
  headers: Record<string, string>
  /** Whether the engine runs on this host, so that this host's GPU is the one that is measured. */
  local: boolean
}

export interface TargetOptions {
  url: string
  model: string
  /** The API key itself; used in the request only. */
  api_key: string | undefined
  configured: { engine?: string; engine_version?: string; quantization?: string }
}

/** Detects the engine, on paths that cost no token, the API to use, and where it runs. */
export async function openTarget({ url, model, api_key, configured }: TargetOptions): Promise<Target> {
  const { url: plain, authorization } = splitCredentials(url)
  const base = plain.replace(/\/+$/, '').replace(/\/v1$/, '')
  const key = api_key === undefined ? authorization : `Bearer ${api_key}`
  const headers: Record<string, string> = key === undefined ? {} : { authorization: key }
  const identity = await detectEngine(base, { timeout_ms: DETECT_TIMEOUT_MS, headers, configured })
  const api = identity.engine === 'ollama' ? 'ollama.chat' : 'openai.chat'
  return { url: base, model, identity, api, headers, local: await isThisHost(base) }
}

/** What the server reports of the model, once it has answered. */
export function askTarget({ url, identity, model, headers }: Target): Promise<ModelFacts> {
  return askModel(url, identity, model, { timeout_ms: DETECT_TIMEOUT_MS, headers })
}
