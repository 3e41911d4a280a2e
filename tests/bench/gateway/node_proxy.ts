import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'

/** The least that a reverse proxy on Node can do, in a process of its own: what it costs, no gateway on Node goes below. */

const [engine_port] = process.argv.slice(2)
const pool = new Pool(`http://127.0.0.1:${engine_port}`, { headersTimeout: 0, bodyTimeout: 0 })

function forward(
  { method = 'GET', url: path = '/', headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
) {
  const { connection, host, 'content-length': _, ...kept } = headers
  pool.dispatch(
    { method, path, headers: kept, body },
    {
      onRequestStart() {},
      onResponseStart(_controller, status, { 'transfer-encoding': _, ...answered }) {
        response.writeHead(status, answered)
      },
      onResponseData(_, bytes) {
        response.write(bytes)
      },
      onResponseEnd: () => void response.end(),
      onResponseError: () => void response.destroy(),
    },
  )
}

const server = http.createServer({ noDelay: true }, (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (bytes) => chunks.push(bytes))
  request.on('end', () => forward(request, Buffer.concat(chunks), response))
})
server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`))
