import { createRequire } from 'node:module'
import type * as undici from 'undici'

/**
 * HTTP without what no gateway needs, which takes 13 MB and more. An `import` of `node:http` reads all that it exports, and its
 * WebSocket loads Node's own fetch; the entry of undici loads another fetch, caches and mocks.
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
