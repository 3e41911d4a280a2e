import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { connectionOpener } from '../../../telemetry/gateway/open_connection.ts'
import { parseRaw } from './support/raw_http.ts'
import { runGateway } from './support/run_gateway.ts'

const MIB = 1_048_576
const ANSWER = JSON.stringify({ error: { message: 'Maximum file size exceeded' } })
const REFUSAL = `HTTP/1.1 413 Payload Too Large\r\nContent-Type: application/json\r\nContent-Length: ${ANSWER.length}\r\nConnection: close\r\n\r\n${ANSWER}`
const stops: (() => unknown)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer(onConnection)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => server.close())
  return (server.address() as { port: number }).port
}

/** Answers an upload at its first bytes and closes with the rest unread, which resets the connection. Answers nothing else. */
function refuseUploads(socket: Socket): void {
  socket.on('error', () => {})
  socket.once('data', (head: Buffer) => {
    socket.pause()
    if (head.toString('latin1').startsWith('POST')) socket.write(REFUSAL)
    socket.resetAndDestroy()
  })
}

test.each([
  '/v1/audio/transcriptions',
  '/v1/chat/completions',
])('an answer that an engine gives to a part of a body reaches the client: %s', async (path) => {
  const port = await listen(refuseUploads)
  const gateway = await runGateway({ upstream: [{ url: `http://127.0.0.1:${port}` }] })
  stops.push(() => gateway.close())
  for (let i = 0; i < 3; i++) {
    const answer = parseRaw(await upload(gateway.url, path))
    expect(answer.status_line).toBe('HTTP/1.1 413 Payload Too Large')
    expect(answer.body.toString()).toBe(ANSWER)
  }
})

/** Sends a body piece by piece, as its answer lets it, and reads to the end of the connection. */
function upload(url: string, path: string): Promise<Buffer> {
  const { port } = new URL(url)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      if (parseRaw(Buffer.concat(chunks)).whole) socket.destroy()
    })
    socket.on('error', () => {}).on('close', () => resolve(Buffer.concat(chunks)))
    const type = 'Content-Type: multipart/form-data; boundary=x'
    socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\n${type}\r\nContent-Length: ${8 * MIB}\r\n\r\n`)
    for (let sent = 0; sent < 8; sent++) socket.write(Buffer.alloc(MIB, 'x'))
  })
}

test('a connection gives what its peer sent before it closed, though a write fails first', async () => {
  const accepted = Promise.withResolvers<Socket>()
  const port = String(await listen(accepted.resolve))
  const socket = await new Promise<Socket>((resolve) => {
    connectionOpener()({ hostname: '127.0.0.1', protocol: 'http:', port }, (_, opened) => resolve(opened!))
  })
  const peer = await accepted.promise
  let received = ''
  socket
    .on('error', () => {})
    .on('data', (chunk) => {
      received += chunk
    })
  peer.write('an answer')
  peer.resetAndDestroy()
  // Before anything is read.
  socket.write('more')
  await new Promise((resolve) => socket.once('close', resolve))
  expect(received).toBe('an answer')
})
