import { chmodSync, writeFileSync } from 'node:fs'
import { createServer as createProxy } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HttpSinkConfig } from '../../../telemetry/config/schema.ts'
import { createHttpSink } from '../../../telemetry/sinks/http.ts'
import type { SinkResult } from '../../../telemetry/sinks/types.ts'
import { makeCertificate } from '../support/certificate.ts'
import { Receiver } from '../support/receiver.ts'
import { makeFolder } from '../support/run_orch.ts'
import { makeSample } from '../support/samples.ts'

const SECRET = 'sekret-4711'
const lines = ['a', 'b'].map((job) => JSON.stringify(makeSample(job)))
const batch = { idempotency_key: '0123456789abcdef', lines }

let receiver: Receiver
let origin: string

beforeEach(async () => {
  receiver = new Receiver()
  origin = await receiver.listen()
})
afterEach(() => receiver.close())

/** Sends the batch once by a sink of its own. */
async function send(
  config: Partial<HttpSinkConfig> = {},
  env: NodeJS.ProcessEnv = {},
  signal = new AbortController().signal,
): Promise<SinkResult> {
  const sink = createHttpSink(HttpSinkConfig.parse({ url: `${origin}/v1/samples`, ...config }), env)
  try {
    return await sink.send(batch, signal)
  } finally {
    await sink.close()
  }
}

describe('a batch', () => {
  it('goes as NDJSON, compressed, with its key', async () => {
    expect(await send()).toEqual({ kind: 'accepted' })
    const [request] = receiver.received
    expect(request).toMatchObject({
      method: 'POST',
      path: '/v1/samples',
      text: `${lines[0]}\n${lines[1]}\n`,
      headers: {
        'content-type': 'application/x-ndjson',
        'content-encoding': 'gzip',
        'idempotency-key': '0123456789abcdef',
      },
    })
    expect(request!.headers.authorization).toBeUndefined()
  })

  it('goes uncompressed if that is set', async () => {
    await send({ gzip: false })
    expect(receiver.received[0]!.headers['content-encoding']).toBeUndefined()
    expect(receiver.received[0]!.text).toBe(`${lines[0]}\n${lines[1]}\n`)
  })
})

describe('an answer', () => {
  it.each([200, 201, 202, 204])('%i accepts the batch', async (status) => {
    receiver.answers.push({ status })
    expect(await send()).toEqual({ kind: 'accepted' })
  })

  it.each([408, 425, 429, 500, 502, 503, 504])('%i means to try again', async (status) => {
    receiver.answers.push({ status })
    expect(await send()).toEqual({ kind: 'retry', why: `${origin}: expected status 2xx, found ${status}` })
  })

  it.each([400, 422])('%i refuses the batch', async (status) => {
    receiver.answers.push({ status })
    expect(await send()).toEqual({ kind: 'refused', why: `${origin}: expected status 2xx, found ${status}` })
  })

  it.each([
    [401, 'Check telemetry.http.token_env or token_file'],
    [403, 'Check telemetry.http.token_env or token_file'],
    [404, 'Check telemetry.http.url'],
    [405, 'Check telemetry.http.url'],
    [410, 'Check telemetry.http.url'],
    [415, 'Check telemetry.http.url'],
  ])('%i is no verdict on the samples: they are kept, and the setting is named', async (status, fix) => {
    receiver.answers.push({ status })
    expect(await send()).toEqual({ kind: 'retry', why: `${origin}: expected status 2xx, found ${status}. ${fix}` })
  })

  it('413 asks for less', async () => {
    receiver.answers.push({ status: 413 })
    expect(await send()).toMatchObject({ kind: 'split' })
  })

  it('may say when: in seconds or as a date', async () => {
    receiver.answers.push({ status: 429, headers: { 'retry-after': '7' } })
    expect(await send()).toMatchObject({ kind: 'retry', after_ms: 7000 })
    const date = new Date(Date.now() + 60_000).toUTCString()
    receiver.answers.push({ status: 503, headers: { 'retry-after': date } })
    const result = (await send()) as { after_ms: number }
    expect(result.after_ms).toBeGreaterThan(55_000)
    expect(result.after_ms).toBeLessThanOrEqual(60_000)
    receiver.answers.push({ status: 503, headers: { 'retry-after': 'soon' } })
    expect(await send()).not.toHaveProperty('after_ms')
  })

  it('with a body without end does no harm', async () => {
    receiver.answers.push({ status: 200, body: Buffer.alloc(5_000_000, 'x') })
    expect(await send()).toEqual({ kind: 'accepted' })
  })

  it('that does not come, or a connection that breaks, means to try again', async () => {
    receiver.answers.push({ status: 200, after_ms: 2000 })
    expect(await send({ timeout_s: 0.2 })).toEqual({
      kind: 'retry',
      why: `${origin}: expected an answer, found none in time`,
    })
    receiver.answers.push({ status: 200, reset: true })
    expect(await send()).toMatchObject({ kind: 'retry', why: expect.stringContaining('UND_ERR_SOCKET') })
    await receiver.close()
    expect(await send()).toEqual({ kind: 'retry', why: `${origin}: expected an answer, found ECONNREFUSED` })
  })

  it('is not waited for when the process ends', async () => {
    receiver.answers.push({ status: 200, after_ms: 5000 })
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 100)
    expect(await send({}, {}, stop.signal)).toMatchObject({ kind: 'retry' })
  })
})

describe('a redirect', () => {
  it.each([307, 308])('%i within the host is followed, with the batch', async (status) => {
    receiver.answers.push({ status, headers: { location: '/v2/samples' } })
    expect(await send({}, {})).toEqual({ kind: 'accepted' })
    expect(receiver.received.map(({ method, path, text }) => [method, path, text.length])).toEqual([
      ['POST', '/v1/samples', lines.join('').length + 2],
      ['POST', '/v2/samples', lines.join('').length + 2],
    ])
  })

  it('to another host is not followed: neither samples nor token go there', async () => {
    const other = new Receiver()
    const elsewhere = await other.listen()
    receiver.answers.push({ status: 307, headers: { location: `${elsewhere}/v1/samples` } })
    const result = await send({ token_env: 'TOKEN' }, { TOKEN: SECRET })
    expect(result).toEqual({
      kind: 'retry',
      why: `${origin}: expected status 2xx, found a redirect (307) to ${elsewhere}. Samples go only to the host of telemetry.http.url; if the other is right, set it there`,
    })
    expect(other.received).toEqual([])
    await other.close()
  })

  it('that would turn the POST into a GET is not followed', async () => {
    receiver.answers.push({ status: 302, headers: { location: '/login' } })
    expect(await send()).toMatchObject({ kind: 'retry', why: expect.stringContaining('a redirect (302) to /login') })
    expect(receiver.received).toHaveLength(1)
  })

  it('in a circle ends', async () => {
    for (let at = 0; at < 10; at += 1) receiver.answers.push({ status: 308, headers: { location: '/v1/samples' } })
    expect(await send()).toMatchObject({ kind: 'retry', why: expect.stringContaining('more than 3 redirects') })
  })
})

describe('the token', () => {
  it('comes from the environment, as it is at the time', async () => {
    const env: NodeJS.ProcessEnv = { TOKEN: 'first' }
    const sink = createHttpSink(HttpSinkConfig.parse({ url: origin, token_env: 'TOKEN' }), env)
    await sink.send(batch, new AbortController().signal)
    env.TOKEN = 'second'
    await sink.send(batch, new AbortController().signal)
    await sink.close()
    expect(receiver.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second'])
  })

  it('comes from a file, as it is at the time', async () => {
    const path = join(makeFolder(), 'token')
    for (const token of ['first', 'second']) {
      writeFileSync(path, `${token}\n`, { mode: 0o600 })
      await send({ token_file: path })
    }
    expect(receiver.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second'])
  })

  it('may be a name and a password in the URL, unless one is set', async () => {
    const url = `${origin.replace('//', '//user:p%40ss@')}/v1`
    await send({ url })
    await send({ url, token_env: 'TOKEN' }, { TOKEN: 'first' })
    const basic = `Basic ${Buffer.from('user:p@ss').toString('base64')}`
    expect(receiver.received.map(({ headers }) => headers.authorization)).toEqual([basic, 'Bearer first'])
  })

  it('that others can read is not used', async () => {
    const path = join(makeFolder(), 'token')
    writeFileSync(path, SECRET)
    chmodSync(path, 0o644)
    expect(await send({ token_file: path })).toEqual({
      kind: 'retry',
      why: `${path}: expected a token that only its owner can read (mode 0600), found mode 0644. Run: chmod 600 ${path}`,
    })
    expect(receiver.received).toEqual([])
  })

  it.each([
    [
      { token_env: 'TOKEN' },
      {},
      'environment variable TOKEN: expected the bearer token, found nothing. Set it, or remove the setting',
    ],
    [
      { token_env: 'TOKEN' },
      { TOKEN: `${SECRET}\r\nx-evil: 1` },
      'environment variable TOKEN: expected the bearer token, found other characters than printable ASCII without blanks. Set it, or remove the setting',
    ],
    [
      { token_file: '/nowhere/token' },
      {},
      '/nowhere/token: expected a file with the bearer token, found ENOENT. Check telemetry.http.token_file',
    ],
  ])('%j %j sends nothing, and never shows the token', async (config, env, why) => {
    expect(await send(config, env)).toEqual({ kind: 'retry', why })
    expect(receiver.received).toEqual([])
  })

  it('is in no result', async () => {
    for (const status of [200, 307, 400, 413, 500]) {
      receiver.answers.push({ status })
      expect(JSON.stringify(await send({ token_env: 'TOKEN' }, { TOKEN: SECRET }))).not.toContain(SECRET)
    }
  })
})

describe('on the way', () => {
  it('certificates are verified, whatever the environment says', async () => {
    const { key, cert } = makeCertificate(makeFolder())
    const server = createServer({ key, cert }, (_request, response) => response.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      expect(await send({ url })).toEqual({
        kind: 'retry',
        why: `${url}: expected an answer, found DEPTH_ZERO_SELF_SIGNED_CERT`,
      })
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
      server.close()
    }
  })

  it('the proxy of the environment is used, except if NO_PROXY says otherwise', async () => {
    const asked: string[] = []
    const proxy = createProxy()
    proxy.on('connect', (request, socket) => {
      asked.push(request.url!)
      const { hostname, port } = new URL(`http://${request.url}`)
      const target = connect(Number(port), hostname, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        socket.pipe(target).pipe(socket)
      })
      target.on('error', () => socket.destroy())
      socket.on('error', () => target.destroy())
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    expect(await send({}, { HTTP_PROXY })).toEqual({ kind: 'accepted' })
    expect(asked).toEqual([new URL(origin).host])
    expect(await send({}, { HTTP_PROXY, NO_PROXY: '127.0.0.1' })).toEqual({ kind: 'accepted' })
    expect(asked).toHaveLength(1)
    expect(receiver.received).toHaveLength(2)
    proxy.closeAllConnections()
    await new Promise((resolve) => proxy.close(resolve))
  })

  it('no connection is opened before there is something to send', async () => {
    let connections = 0
    const server = createTcpServer(() => {
      connections += 1
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const sink = createHttpSink(HttpSinkConfig.parse({ url }), {})
    await new Promise((resolve) => setTimeout(resolve, 50))
    await sink.close()
    expect(connections).toBe(0)
    server.close()
  })
})

/** A certificate that nobody signed but itself. */
