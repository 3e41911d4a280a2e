import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchangeRaw, openSocket } from './support/raw_http.ts'
import { runGateway, type TestGateway, until } from './support/run_gateway.ts'

const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
const ACCEPT = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')

function handshake(path: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: client.localhost',
    'Connection: keep-alive, Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${KEY}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

describe('an offer to switch protocols', () => {
  const sockets = new Set<Duplex>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    const answer = () =>
      response.end(JSON.stringify({ headers: request.headers, body: Buffer.concat(chunks).toString() }))
    request.on('end', () => (request.url === '/later' ? setTimeout(answer, 100) : answer()))
  })
  let gateway: TestGateway

  beforeAll(async () => {
    server.on('upgrade', (request, socket) => {
      sockets.add(socket)
      socket
        .on('close', () => sockets.delete(socket))
        .on('error', () => {})
        .on('end', () => socket.end())
      if (request.url === '/refused') {
        socket.end('HTTP/1.1 403 Forbidden\r\nX-Why: no\r\nContent-Length: 2\r\n\r\nno')
        return
      }
      if (request.url === '/broken') {
        socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 20\r\n\r\nno', () => socket.destroy())
        return
      }
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`,
      )
      socket.on('data', (bytes) => socket.write(bytes))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    gateway = await runGateway({ upstream: [{ url, engine: 'vllm', engine_version: '1' }] })
  })
  afterAll(async () => {
    await gateway.close()
    server.close().closeAllConnections()
    for (const socket of sockets) socket.destroy()
  })

  test('to WebSocket is passed on, and then bytes go both ways', async () => {
    const socket = openSocket(gateway.url)
    let received = ''
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1')
    })
    socket.write(handshake('/v1/realtime'))
    await until(() => received.includes('\r\n\r\n'))
    expect(received).toBe(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`,
    )
    received = ''
    socket.write(Buffer.from([0x81, 0x05, 1, 2, 3, 4, 250]))
    await until(() => received.length >= 7)
    expect(Buffer.from(received, 'latin1')).toEqual(Buffer.from([0x81, 0x05, 1, 2, 3, 4, 250]))
    socket.destroy()
    await until(() => sockets.size === 0)
    expect(sockets.size).toBe(0)
  })

  test('that the engine declines ends with its answer', async () => {
    const answer = (await exchangeRaw(gateway.url, handshake('/refused'))).toString()
    expect(answer).toBe('HTTP/1.1 403 Forbidden\r\nX-Why: no\r\nConnection: close\r\n\r\nno')
  })

  test('that the engine declines and breaks off ends the connection of the client', async () => {
    const answer = (await exchangeRaw(gateway.url, handshake('/broken'))).toString()
    expect(answer).toBe('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\nno')
  })

  test('to HTTP/2, which some clients offer with every request, is not taken, and the request is answered', async () => {
    const body = '{"model":"m"}'
    const request = [
      'POST /echo HTTP/1.1',
      'Host: client.localhost',
      'Connection: Upgrade, HTTP2-Settings, close',
      'Upgrade: h2c',
      'HTTP2-Settings: AAEAAEAAAAIAAAAB',
      'X-Kept: yes',
      `Content-Length: ${body.length}`,
    ]
    const answer = (await exchangeRaw(gateway.url, `${request.join('\r\n')}\r\n\r\n${body}`)).toString()
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/)
    const echoed = JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1))
    expect(echoed.body).toBe(body)
    expect(echoed.headers).toMatchObject({ 'x-kept': 'yes' })
    expect(echoed.headers).not.toHaveProperty('upgrade')
    expect(echoed.headers).not.toHaveProperty('http2-settings')
  })

  test('to HTTP/2 that comes behind another one is answered after it', async () => {
    const offer = (body: string, connection: string) =>
      [
        'POST /echo HTTP/1.1',
        'Host: client.localhost',
        `Connection: Upgrade, HTTP2-Settings${connection}`,
        'Upgrade: h2c',
        'HTTP2-Settings: AAEAAEAAAAIAAAAB',
        `Content-Length: ${body.length}\r\n\r\n${body}`,
      ].join('\r\n')
    const answer = (
      await exchangeRaw(gateway.url, `${offer('one', '')}${offer('two', '')}${offer('three', ', close')}`)
    ).toString()
    expect(answer.match(/"body":"\w+"/g)).toEqual(['"body":"one"', '"body":"two"', '"body":"three"'])
  })

  test('to WebSocket that comes behind a request is passed on after its response', async () => {
    const socket = openSocket(gateway.url)
    let received = ''
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1')
    })
    socket.write(
      `POST /later HTTP/1.1\r\nHost: client.localhost\r\nContent-Length: 3\r\n\r\none${handshake('/v1/realtime')}`,
    )
    await until(() => received.includes('"body":"one"') && received.includes('101 Switching'))
    expect(received.indexOf('"body":"one"')).toBeLessThan(received.indexOf('HTTP/1.1 101'))
    socket.destroy()
    await until(() => sockets.size === 0)
  })

  test.each(['http', 'ws'])('to WebSocket may name its target as a %s URL', async (scheme) => {
    const socket = openSocket(gateway.url)
    let received = ''
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1')
    })
    socket.write(handshake(`${scheme}://client.localhost/v1/realtime`))
    await until(() => received.includes('\r\n\r\n'))
    expect(received).toMatch(/^HTTP\/1\.1 101 /)
    socket.destroy()
    await until(() => sockets.size === 0)
  })
})
