import type { Socket } from 'node:net'
import type { buildConnector as Connectors } from 'undici'
import { buildConnector } from '../http_modules.ts'

/** Timeout for opening a connection. */
const CONNECT_TIMEOUT_MS = 10_000

/**
 * Opens the connections of a pool. An engine that refuses a large body (413) answers while it is still being sent and closes: the
 * next piece then fails to be written, although the answer has arrived, and Node destroys the socket with the answer unread.
 */
export function connectionOpener(): Connectors.connector {
  const open = buildConnector({ timeout: CONNECT_TIMEOUT_MS })
  return (target, done) =>
    open(target, (...opened) => {
      if (opened[1]) leaveFailedWritesToReading(opened[1])
      done(...opened)
    })
}

/**
 * Has a socket whose peer closed it be read to its end before it fails: a write that failed stays under way until then, so that
 * nothing more is written. Reading ends soon, for nothing more can come.
 */
function leaveFailedWritesToReading(socket: Socket): void {
  const { _write, _writev } = socket
  const afterReading = (done: Done) => (error?: Error | null) => {
    if (isClosed(error) && !socket.readableEnded) socket.once('end', () => done(error))
    else done(error)
  }
  socket._write = (chunk, encoding, done) => _write.call(socket, chunk, encoding, afterReading(done))
  socket._writev = (chunks, done) => _writev!.call(socket, chunks, afterReading(done))
}

type Done = (error?: Error | null) => void

function isClosed(error: NodeJS.ErrnoException | null | undefined): boolean {
  return error?.code === 'EPIPE' || error?.code === 'ECONNRESET'
}
