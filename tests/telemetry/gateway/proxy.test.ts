import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { exchangeRaw, openSocket, parseRaw } from './support/raw_http.ts'
import { runGateway, sleep, type TestGateway, until } from './support/run_gateway.ts'

const stops: (() => unknown)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** A gateway in front of a handler of requests. */
async function runBefore(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<TestGateway> {
  return runBeforeServer(createServer({ keepAliveTimeout: 60_000 }, handler))
}

async function runBeforeServer(server: Server | ReturnType<typeof createTcpServer>): Promise<TestGateway> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  // A configured engine and version: no question but the test's reaches the server.
  const upstream = [{ url: `http://127.0.0.1:${port}/base`, engine: 'vllm', engine_version: '1' }]
  const gateway = await runGateway({ upstream })
  stops.push(
    () => {
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
    },
    () => gateway.close(),
  )
  return gateway
}

/** A server that answers every request with the same bytes. */
function answerBytes(bytes: string): ReturnType<typeof createTcpServer> {
  return createTcpServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(bytes, 'latin1'))
  })
}

const get = (path: string, lines: string[] = []) =>
  `${[`GET ${path} HTTP/1.1`, 'Host: client.localhost', 'Connection: close', ...lines].join('\r\n')}\r\n\r\n`

describe('the request that the engine gets', () => {
  test('has every header but those of the connection, in order, case and number', async () => {
    let seen: IncomingMessage | undefined
    const gateway = await runBefore((request, response) => {
      seen = request
      response.end()
    })
    const lines = [
      'Authorization: Bearer sk-secret',
      'X-Twice: a',
      'x-twice: b',
      'Keep-Alive: timeout=5',
      'Proxy-Connection: keep-alive',
      'X-Own: dropped',
      'TE: trailers, deflate',
      'X-Latin: caf\xe9',
    ]
    const request = get('/a%20b?q=%C3%A9&q=2', lines).replace('Connection: close', 'Connection: close, X-Own')
    await exchangeRaw(gateway.url, Buffer.from(request, 'latin1'))
    expect(seen!.url).toBe('/base/a%20b?q=%C3%A9&q=2')
    const headers = seen!.rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${seen!.rawHeaders[i + 1]}`] : []))
    const own = new URL(`http://${seen!.headers.host}`)
    expect(own.hostname).toBe('127.0.0.1')
    expect(headers.filter((line) => !/^(host|connection):/i.test(line))).toEqual([
      'Authorization: Bearer sk-secret',
      'X-Twice: a',
      'x-twice: b',
      'X-Latin: caf\xe9',
      'TE: trailers',
    ])
  })

  test.each([
    ['of known length', (size: number) => ({ 'content-length': String(size) })],
    ['in chunks', () => ({ 'transfer-encoding': 'chunked' })],
  ])('has an upload %s, byte for byte, as it comes', async (_, framing) => {
    const gateway = await runBefore(async (request, response) => {
      const hash = createHash('sha256')
      let size = 0
      for await (const chunk of request) {
        size += chunk.length
        hash.update(chunk)
      }
      response.end(`${size} ${hash.digest('hex')} ${request.headers['transfer-encoding'] ?? 'length'}`)
    })
    const part = Buffer.alloc(1_000_003, 'upload')
    const parts = 20
    const answer = await new Promise<string>((resolve, reject) => {
      const headers = framing(part.length * parts) as Record<string, string>
      const upload = request(`${gateway.url}/v1/files`, { method: 'POST', headers }, async (response) => {
        let text = ''
        for await (const chunk of response) text += chunk
        resolve(text)
      })
      upload.on('error', reject)
      for (let i = 0; i < parts; i++) upload.write(part)
      upload.end()
    })
    const hash = createHash('sha256')
    for (let i = 0; i < parts; i++) hash.update(part)
    const kind = 'content-length' in framing(1) ? 'length' : 'chunked'
    expect(answer).toBe(`${part.length * parts} ${hash.digest('hex')} ${kind}`)
  })

  test('reaches the engine when a task is too large to be read, unsampled', async () => {
    const gateway = await runBefore(async (request, response) => {
      let size = 0
      for await (const chunk of request) size += chunk.length
      response.end(String(size))
    })
    const body = Buffer.concat([
      Buffer.from('{"model":"m","input":"'),
      Buffer.alloc(66 * 1024 * 1024, 'x'),
      Buffer.from('"}'),
    ])
    const answer = await fetch(`${gateway.url}/v1/embeddings`, { method: 'POST', body })
    expect(await answer.text()).toBe(String(body.length))
    await gateway.collect(0)
  })
})

describe('an upload whose engine fails', () => {
  const upload = (url: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-length': String(3_000_000) }
      const call = request(`${url}/v1/files`, { method: 'POST', headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode))
      })
      call.on('error', reject)
      call.write(Buffer.alloc(1_000_000))
      // The rest comes later: the engine has failed by then.
      setTimeout(() => call.end(Buffer.alloc(2_000_000)), 30)
    })

  test('is answered if the engine cannot be reached', async () => {
    const gateway = await runGateway({ upstream: [{ url: 'http://127.0.0.1:9', engine: 'vllm', engine_version: '1' }] })
    stops.push(() => gateway.close())
    expect(await upload(gateway.url)).toBe(502)
  })

  test('is answered as the engine does, before it has all of it', async () => {
    const gateway = await runBefore((_, response) => response.writeHead(413, { 'content-length': '2' }).end('no'))
    expect(await upload(gateway.url)).toBe(413)
  })
})

describe('the response that the client gets', () => {
  test('has the headers of the engine and none besides', async () => {
    const head = [
      'HTTP/1.1 418 Short And Stout',
      'X-Second: 2',
      'x-first: 1',
      'Set-Cookie: a=1',
      'Set-Cookie: b=2',
      'Connection: close, X-Hop',
      'X-Hop: gone',
      'Content-Length: 3',
      'X-Latin: caf\xe9',
    ]
    const gateway = await runBeforeServer(answerBytes(`${head.join('\r\n')}\r\n\r\ntea`))
    const answer = parseRaw(await exchangeRaw(gateway.url, get('/x')))
    expect(answer.status_line).toBe('HTTP/1.1 418 Short And Stout')
    const kept = [
      'X-Second: 2',
      'x-first: 1',
      'Set-Cookie: a=1',
      'Set-Cookie: b=2',
      'Content-Length: 3',
      'X-Latin: caf\xe9',
    ]
    expect(answer.headers).toEqual([...kept, 'Connection: close'])
    expect(answer.body.toString()).toBe('tea')
  })

  test('says nothing of a connection that stays open', async () => {
    const gateway = await runBeforeServer(answerBytes('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
    const socket = openSocket(gateway.url)
    stops.push(() => socket.destroy())
    socket.write(get('/x').replace('Connection: close\r\n', ''))
    const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve))
    expect(answer.toString()).toBe(
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n'.concat(answer.length > 38 ? 'ok' : ''),
    )
  })

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 99\r\n\r\n'],
  ])('has no body if there is none: %s %s', async (method, bytes) => {
    const gateway = await runBeforeServer(answerBytes(bytes))
    const answer = await exchangeRaw(gateway.url, get('/x').replace('GET', method))
    expect(answer.toString('latin1')).toBe(bytes.replace(/\r\n\r\n$/, '\r\nConnection: close\r\n\r\n'))
  })

  test('begins with the interim responses of the engine', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n'
    const final = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
    const gateway = await runBeforeServer(answerBytes(early + final))
    const answer = (await exchangeRaw(gateway.url, get('/x'))).toString('latin1')
    expect(answer).toBe(early + final.replace('\r\n\r\nok', '\r\nConnection: close\r\n\r\nok'))
  })

  test('is chunked for HTTP/1.1 and delimited by the connection for HTTP/1.0', async () => {
    const gateway = await runBefore((_, response) => {
      response.sendDate = false
      response.write('one ')
      setTimeout(() => response.end('two'), 5)
    })
    const modern = parseRaw(await exchangeRaw(gateway.url, get('/x')))
    expect([modern.headers[0], modern.body.toString()]).toEqual(['Transfer-Encoding: chunked', 'one two'])
    const old = await exchangeRaw(gateway.url, 'GET /x HTTP/1.0\r\n\r\n')
    expect(old.toString()).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\none two')
  })

  test('comes in the order of the requests of one connection', async () => {
    const gateway = await runBefore((request, response) => {
      const late = request.url === '/base/1'
      setTimeout(() => response.end(`answer to ${request.url}`), late ? 30 : 0)
    })
    const [first, second] = [get('/1').replace('Connection: close\r\n', ''), get('/2')]
    const text = (await exchangeRaw(gateway.url, first + second)).toString()
    expect(text.match(/answer to \S+?(?=HTTP|\r|$)/g)).toEqual(['answer to /base/1', 'answer to /base/2'])
  })

  test('is whole whatever the size of its pieces', async () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 16_000, max: 90_000 })), {
      maxLength: 30,
    })
    let pieces: Buffer[] = []
    const gateway = await runBefore((_, response) => {
      response.flushHeaders()
      for (const piece of pieces) response.write(piece)
      response.end()
    })
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(255), async (lengths, seed) => {
        pieces = lengths.map((length, i) => Buffer.alloc(length, (seed + i) % 256))
        const answer = parseRaw(await exchangeRaw(gateway.url, get('/x')))
        expect(answer.whole).toBe(true)
        expect(answer.body.equals(Buffer.concat(pieces))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('arrives piece by piece, without waiting for the end', async () => {
    let finish = () => {}
    const gateway = await runBefore((_, response) => {
      response.write('first')
      finish = () => response.end()
    })
    const response = await fetch(`${gateway.url}/x`)
    const { value } = await response.body!.getReader().read()
    expect(Buffer.from(value!).toString()).toBe('first')
    finish()
  })
})

describe('a slow client', () => {
  test('slows the engine down instead of filling the memory', async () => {
    let written = 0
    const gateway = await runBefore((request, response) => {
      if (request.url !== '/base/x') {
        response.end()
        return
      }
      const fill = () => {
        let more = true
        while (more && !response.destroyed) {
          more = response.write(Buffer.alloc(65_536))
          written += 65_536
        }
        response.once('drain', fill)
      }
      fill()
    })
    const socket = openSocket(gateway.url)
    stops.push(() => socket.destroy())
    socket.pause()
    socket.write(get('/x'))
    const filled = await stopOfGrowth(() => written)
    // Buffers of two connections and two processes' streams, not the gigabytes that could have been written.
    expect(filled).toBeLessThan(64 * 1024 * 1024)
    let read = 0
    socket.on('data', (chunk) => {
      read += chunk.length
    })
    socket.resume()
    await until(() => read > filled)
  })
})

describe('a client that goes away', () => {
  test('takes its request to the engine along', async () => {
    let gone = 0
    const gateway = await runBefore((_, response) => {
      response.on('close', () => {
        gone += 1
      })
      response.write('a')
    })
    const socket = openSocket(gateway.url)
    socket.write(get('/x'))
    await new Promise((resolve) => socket.once('data', resolve))
    socket.destroy()
    await until(() => gone > 0)
    expect(gone).toBe(1)
  })
})

describe('an engine that closes an idle connection', () => {
  test('costs a safe request nothing', async () => {
    const gateway = await runBeforeServer(
      createServer((request, response) => {
        // Answers, and ends the connection as if its idle limit had been reached meanwhile.
        response.end(request.url, () => request.socket.destroySoon())
      }),
    )
    for (let i = 0; i < 20; i++) {
      const answer = await fetch(`${gateway.url}/${i}`)
      expect([answer.status, await answer.text()]).toEqual([200, `/base/${i}`])
    }
  })
})

/** Looks at a number until it has not changed for a while; what grows without end fails by the limit of the test. */
async function stopOfGrowth(look: () => number): Promise<number> {
  for (let last = -1; ; ) {
    const now = look()
    if (now > 0 && now === last) return now
    last = now
    await sleep(300)
  }
}
