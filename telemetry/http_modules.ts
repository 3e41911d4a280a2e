import { createRequire } from 'node:module'
import type * as undici from 'undici'

/**
 * HTTP without what a gateway does not need, which takes some 5 MB of its memory: an `import` of `node:http` reads all that it
 * exports, of which WebSocket loads Node's fetch (Node 24), and the entry of undici loads a fetch of its own, caches and mocks.
 */
const load = createRequire(import.meta.url)

export const http: typeof import('node:http') = load('node:http')

const Dispatcher: typeof undici.Dispatcher = load('undici/lib/dispatcher/dispatcher.js')
// As the entry of undici does it.
Object.assign(Dispatcher.prototype, load('undici/lib/api/index.js'))

export const Agent: typeof undici.Agent = load('undici/lib/dispatcher/agent.js')
export const EnvHttpProxyAgent: typeof undici.EnvHttpProxyAgent = load('undici/lib/dispatcher/env-http-proxy-agent.js')
export const Pool: typeof undici.Pool = load('undici/lib/dispatcher/pool.js')
export const buildConnector: typeof undici.buildConnector = load('undici/lib/core/connect.js')
