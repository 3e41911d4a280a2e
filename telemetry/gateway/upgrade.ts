import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import { type Duplex, pipeline } from 'node:stream'
import { http } from '../http_modules.ts'
import type { Gateway } from './gateway.ts'
import { toClientHeaders, toUpstreamHeaders } from './headers.ts'
import { findOwner } from './pass_through.ts'
import { toOriginForm } from './request_target.ts'
import type { Upstream } from './upstream.ts'

/**
 * Passes a WebSocket through: forwards the upgrade to the engine, then bytes both ways as they come.
 * Other upgrades (h2c, which some HTTP clients offer with every request) are not offered to the engine: the request is
 * parsed again without the offer, as HTTP allows.
 */
export async function passUpgrade(
  gateway: Gateway,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  readAnew: (socket: Duplex) => void,
): Promise<void> {
  await untilAnswered(gateway, socket)
  if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
    declineUpgrade(request, socket, head, readAnew)
    return
  }
  const path = toOriginForm(request.url ?? '/')
  if (path === null) refuse(socket, '400 Bad Request')
  else if (!gateway.hosts.allows(request.headers.host)) refuse(socket, '403 Forbidden')
  else if (gateway.state === 'draining') refuse(socket, '503 Service Unavailable')
  else {
    gateway.metrics.countPassed()
    gateway.tunnels.add(socket)
    socket.on('close', () => gateway.tunnels.delete(socket))
    joinEngine(findOwner(gateway, path), path, request, socket, head)
  }
}

/** Waits for the responses to earlier requests of the connection, which what follows must not overtake. */
async function untilAnswered({ open }: Gateway, socket: Duplex): Promise<void> {
  // Node has taken its listeners away; without one, an error meanwhile would end the process.
  socket.off('data', ignore).off('error', ignore).on('error', ignore).pause()
  for (const response of [...open]) {
    if (response.req.socket === socket && !response.closed) await new Promise((done) => response.once('close', done))
  }
}

function joinEngine(upstream: Upstream, path: string, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { protocol, hostname, port } = new URL(upstream.config.url)
  const engine = (protocol === 'https:' ? https : http).request({
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    method: request.method,
    path: upstream.pathOf(path),
    headers: [
      ...upstream.authorize(toUpstreamHeaders(request.rawHeaders, upstream.host, undefined)),
      ...['Connection', 'Upgrade', 'Upgrade', 'websocket'],
    ],
    agent: false,
  })
  const onFailure = () => refuse(socket, '502 Bad Gateway')
  engine.on('upgrade', (answer, engineSocket, engineHead) => {
    socket.write(formatHead(answer, answer.rawHeaders), 'latin1')
    join(socket, head, engineSocket, engineHead)
  })
  engine.on('response', (answer) => {
    const headers = toClientHeaders(answer.rawHeaders, { chunks: false, resized: true })
    socket.write(formatHead(answer, [...headers, 'Connection', 'close']), 'latin1')
    engine.off('error', onFailure).on('error', () => socket.destroy())
    // If the engine breaks off, so does the client's connection: nothing else would end it.
    pipeline(answer, socket, () => socket.destroy())
  })
  engine.on('error', onFailure)
  socket.on('error', () => engine.destroy())
  socket.on('close', () => engine.destroy())
  engine.end()
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
}

function join(client: Duplex, clientHead: Buffer, engine: Duplex, engineHead: Buffer): void {
  engine.on('error', () => client.destroy())
  client.on('close', () => engine.destroy())
  engine.on('close', () => client.destroy())
  if (engineHead.length > 0) client.write(engineHead)
  if (clientHead.length > 0) engine.write(clientHead)
  engine.pipe(client)
  client.pipe(engine)
}

function formatHead(answer: IncomingMessage, headers: readonly string[]): string {
  const lines = Array.from({ length: headers.length / 2 }, (_, i) => `${headers[2 * i]}: ${headers[2 * i + 1]}\r\n`)
  return `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${lines.join('')}\r\n`
}

/** Puts the request back on its connection, without the offered upgrade, and has the server parse it again. */
function declineUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, readAnew: (s: Duplex) => void): void {
  const kept: string[] = []
  const offered = /^(upgrade|http2-settings|connection)$/i
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    if (!offered.test(request.rawHeaders[i]!)) kept.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}\r\n`)
  }
  if (/\bclose\b/i.test(request.headers.connection ?? '')) kept.push('Connection: close\r\n')
  const line = `${request.method} ${request.url} HTTP/1.1\r\n`
  socket.unshift(Buffer.concat([Buffer.from(`${line}${kept.join('')}\r\n`, 'latin1'), head]))
  readAnew(socket)
  // The server reads from the handle and not from the stream if it can, so what was put back would be lost. With another
  // listener for the data it reads from the stream.
  socket.on('data', ignore).resume()
}

function ignore(): void {}
