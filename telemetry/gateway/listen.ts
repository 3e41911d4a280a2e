import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Has a server listen at `host:port`. Resolves with its URL; rejects with an error that names the setting and the fix. */
export function listen(server: Server, setting: string, address: string): Promise<string> {
  const colon = address.lastIndexOf(':')
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(explain(setting, address, error))
    server.once('error', fail)
    server.listen(Number(address.slice(colon + 1)), host, () => {
      server.off('error', fail)
      const { address: bound, port, family } = server.address() as AddressInfo
      resolve(`http://${family === 'IPv6' ? `[${bound}]` : bound}:${port}`)
    })
  })
}

function explain(setting: string, address: string, error: NodeJS.ErrnoException): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another process listens there. Stop it, or choose another address',
    EACCES: 'ports below 1024 are for the administrator. Choose a higher one',
    EADDRNOTAVAIL: 'the host has no such address. Choose one of its own',
  }
  const reason = reasons[error.code ?? '']
  const option = setting === 'listen' ? '--listen' : `the setting ${setting}`
  return new Error(`${setting}: ${address}: ${reason ? `${reason} with ${option}.` : error.message}`, { cause: error })
}
