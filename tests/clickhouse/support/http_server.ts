import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ChdbSession } from './chdb_session.ts'

/** The database that the address names. */
export const DATABASE = 'measurements'

/** A request as ClickHouse sees it. */
export interface SeenRequest {
  sql: string
  parameters: URLSearchParams
  authorization: string | undefined
}

export interface TestServer {
  /** Address of the server, with the password it asks for. */
  url: string
  /** What was asked since the start, in order. */
  requests: SeenRequest[]
  close(): Promise<void>
}

const AUTHORIZATION = `Basic ${Buffer.from('writer:secret').toString('base64')}`

/**
 * Speaks as much of ClickHouse's HTTP interface as the client needs, and lets chdb answer: a statement in the body, or in `query` with the
 * rows to insert in the body; bound values in `param_…`; errors as a text with their code in a header.
 */
export async function startServer(chdb: ChdbSession, at_port = 0): Promise<TestServer> {
  const requests: SeenRequest[] = []
  await chdb.run(`CREATE DATABASE IF NOT EXISTS ${DATABASE}`)
  const server = createServer((request, response) => void answer(chdb, requests, request, response))
  await new Promise<void>((resolve) => server.listen(at_port, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://writer:secret@127.0.0.1:${port}/${DATABASE}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}

async function answer(chdb: ChdbSession, requests: SeenRequest[], request: IncomingMessage, response: ServerResponse) {
  const parameters = new URL(request.url!, 'http://localhost').searchParams
  const sql = [parameters.get('query'), await text(request)].filter((part) => part !== null).join('\n')
  requests.push({ sql, parameters, authorization: request.headers.authorization })
  if (request.headers.authorization !== AUTHORIZATION)
    return refuse(response, 401, 516, 'Authentication failed: password is incorrect')
  try {
    await chdb.run(`USE ${parameters.get('database') ?? 'default'}`)
    const body = await chdb.print(sql, boundValues(parameters))
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(body)
  } catch (error) {
    refuse(response, 500, 62, (error as Error).message)
  }
}

function refuse(response: ServerResponse, status: number, code: number, message: string): void {
  response.writeHead(status, { 'X-ClickHouse-Exception-Code': String(code) })
  response.end(message.startsWith('Code:') ? message : `Code: ${code}. DB::Exception: ${message}. (TEST)`)
}

function boundValues(parameters: URLSearchParams): Record<string, string> {
  const bound = [...parameters].filter(([name]) => name.startsWith('param_'))
  return Object.fromEntries(bound.map(([name, value]) => [name.slice('param_'.length), value]))
}
