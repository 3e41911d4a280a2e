import type { UpstreamConfig } from '../config/schema.ts'
import { askModel } from '../engines/ask_model.ts'
import { detectEngine } from '../engines/detect_engine.ts'
import type { ProbeOptions } from '../engines/http_probe.ts'
import { readToken } from '../sinks/bearer_token.ts'
import type { EngineQuestions } from './engine_watch.ts'

/** Timeout of one request of engine detection. */
const PROBE_TIMEOUT_MS = 5_000

/** The upstream that is asked. */
export interface AskedUpstream {
  config: UpstreamConfig
  tell(text: string): void
}

export interface EngineAddress {
  /** Without user-info. */
  url: string
  /** The header that the user-info of the URL stands for. */
  authorization: string | undefined
  env: NodeJS.ProcessEnv
}

/** The questions to an engine, with its key, and the lines in the log about its answers. */
export function askEngine(upstream: AskedUpstream, address: EngineAddress): EngineQuestions {
  const { config } = upstream
  const tellKey = tellChanges(upstream)
  const tellRefusal = tellChanges(upstream)
  const prepare = async (): Promise<ProbeOptions> => {
    const key = address.authorization ?? (await readKey(config, address.env, tellKey))
    return { timeout_ms: PROBE_TIMEOUT_MS, headers: key === undefined ? {} : { authorization: key } }
  }
  return {
    identify: async () => detectEngine(address.url, { ...(await prepare()), configured: config }),
    askModel: async (identity, model) => askModel(address.url, identity, model, await prepare()),
    onChange(found, before) {
      tellRefusal(found.refused ? REFUSED : null)
      if (found.engine === before.engine && found.engine_version === before.engine_version) return
      upstream.tell(`is ${found.engine} ${found.engine_version}`)
    },
  }
}

const REFUSED =
  'wants a key when the gateway asks for its version and models (HTTP 401 or 403): name the key by api_key_env or api_key_file in its [[upstream]]'

/** Logs a problem when it begins or becomes another one; null ends it. */
function tellChanges(upstream: AskedUpstream): (problem: string | null) => void {
  let told: string | null = null
  return (problem) => {
    if (problem !== null && problem !== told) upstream.tell(problem)
    told = problem
  }
}

async function readKey(
  { api_key_env, api_key_file }: UpstreamConfig,
  env: NodeJS.ProcessEnv,
  tell: (problem: string | null) => void,
): Promise<string | undefined> {
  const read = await readToken({ token_env: api_key_env, token_file: api_key_file }, env)
  tell(read.kind === 'problem' ? `cannot be asked with its key: ${read.why}` : null)
  return read.kind === 'token' ? `Bearer ${read.token}` : undefined
}
