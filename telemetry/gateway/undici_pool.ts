import { createRequire } from 'node:module'
import type * as undici from 'undici'

/** undici's other parts (fetch, caches, WebSocket) would take 10 MB of memory, and no more than this one is used. */
const require = createRequire(import.meta.url)

export const Pool: typeof undici.Pool = require('undici/lib/dispatcher/pool.js')
export const buildConnector: typeof undici.buildConnector = require('undici/lib/core/connect.js')
