import { createServer, type Server } from 'node:http'

/** Starts to listen. Rejects with a message that names the address and the way out where it cannot be had. */
export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explainListenError(error, host, port)))
    server.listen(port, host, () => resolve())
  })
}

function explainListenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const options = { cause: error }
  if (error.code === 'EADDRINUSE') {
    const other = port < 65_535 ? port + 1 : 4321
    return new Error(`port ${port} on ${host} is in use; stop what uses it or choose another: PORT=${other}`, options)
  }
  if (error.code === 'EACCES') {
    return new Error(`port ${port} on ${host} needs more rights; choose one above 1023: PORT=4321`, options)
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new Error(`host "${host}" is no address of this machine; leave HOST unset or use HOST=0.0.0.0`, options)
  }
  return error
}

/** Makes sure that the address can be had, without keeping it. Rejects as `listen` does. */
export async function claimPort(host: string, port: number): Promise<void> {
  const server = createServer()
  await listen(server, host, port)
  await new Promise((resolve) => server.close(resolve))
}
