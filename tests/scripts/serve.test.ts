import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ServeOptions, type StartedServer, serveOptionsFromEnv, startServer } from '../../scripts/serve.ts'

const folder = mkdtempSync(join(tmpdir(), 'serve-test-'))
const root = join(folder, 'site')
const started: StartedServer[] = []
let site: StartedServer

beforeAll(async () => {
  mkdirSync(join(root, '_astro'), { recursive: true })
  mkdirSync(join(root, 'models', 'empty'), { recursive: true })
  mkdirSync(join(folder, 'site-secret'))
  write('index.html', '<h1>home</h1>')
  write('404.html', '<h1>nothing here</h1>')
  write('about.html', 'about')
  write('models/index.html', 'models')
  write('name with blank.txt', 'blank')
  write('_astro/app.abc123.js', 'export {}')
  write('big.txt', 'line\n'.repeat(10_000))
  write('engine.wasm', '\0asm'.repeat(1000))
  write('matrix.arrow', 'arrow')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'site-secret', 'secret.txt'), 'secret')
  symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'))
  symlinkSync(join(folder, 'site-secret'), join(root, 'linked'))
  symlinkSync(join(root, 'about.html'), join(root, 'inner-link.html'))
  symlinkSync(join(root, 'loop.html'), join(root, 'loop.html'))
  site = await start({ root })
})

afterAll(async () => {
  for (const server of started) await server.close()
  rmSync(folder, { recursive: true })
})

describe('what is sent', () => {
  test.each([
    ['/', 'text/html; charset=utf-8', '<h1>home</h1>'],
    ['/index.html?a=1', 'text/html; charset=utf-8', '<h1>home</h1>'],
    ['/about', 'text/html; charset=utf-8', 'about'],
    ['/models/', 'text/html; charset=utf-8', 'models'],
    ['/name%20with%20blank.txt', 'text/plain; charset=utf-8', 'blank'],
    ['/matrix.arrow', 'application/vnd.apache.arrow.stream', 'arrow'],
    ['/inner-link.html', 'text/html; charset=utf-8', 'about'],
  ])('%s', async (path, type, body) => {
    const answer = await get(site, path)
    expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([200, type, body])
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  test('a folder without its slash leads to the one with it, query kept, never to another host', async () => {
    const answer = await get(site, '/models?x=1')
    expect([answer.status, answer.headers.location]).toEqual([301, '/models/?x=1'])
    expect((await get(site, '//models')).headers.location ?? '/').toMatch(/^\/(?!\/)/)
  })

  test('what is missing gets 404.html with status 404', async () => {
    for (const path of ['/missing', '/models/empty/', '/about/', '/about.html/more', '/loop.html']) {
      const answer = await get(site, path)
      expect([path, answer.status, answer.text]).toEqual([path, 404, '<h1>nothing here</h1>'])
    }
  })

  test('HEAD sends the headers of GET and no body', async () => {
    const head = await get(site, '/big.txt', {}, 'HEAD')
    expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '50000', ''])
  })

  test('other methods are refused', async () => {
    const answer = await get(site, '/', {}, 'POST')
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD'])
  })
})

describe('what is refused', () => {
  test.each([
    ['/../secret.txt', 403],
    ['/models/../../secret.txt', 403],
    ['/%2e%2e/secret.txt', 403],
    ['/..%2fsecret.txt', 403],
    ['/models/%2E%2E%2F%2e%2e/secret.txt', 403],
    ['/%252e%252e/secret.txt', 404],
    ['/..\\secret.txt', 400],
    ['/..%5csecret.txt', 400],
    ['/index.html%00.txt', 400],
    ['/%zz', 400],
    ['/link.txt', 403],
    ['/linked', 403],
    ['/linked/secret.txt', 403],
    ['/../site-secret/secret.txt', 403],
  ])('%s', async (path, status) => {
    const answer = await get(site, path)
    expect(answer.status).toBe(status)
    expect(answer.text).not.toContain('secret')
  })
})

describe('compression and caching', () => {
  test('text and wasm are compressed for those who accept it', async () => {
    for (const path of ['/big.txt', '/engine.wasm']) {
      const plain = await get(site, path)
      const packed = await get(site, path, { 'accept-encoding': 'br, gzip;q=0.8' })
      expect(plain.headers['content-encoding']).toBeUndefined()
      expect([packed.headers['content-encoding'], packed.headers.vary]).toEqual(['gzip', 'Accept-Encoding'])
      expect(Number(packed.headers['content-length'])).toBe(packed.body.length)
      expect(packed.body.length).toBeLessThan(plain.body.length / 10)
      expect(gunzipSync(packed.body)).toEqual(plain.body)
    }
    expect((await get(site, '/engine.wasm')).headers['content-type']).toBe('application/wasm')
  })

  test('no compression where it is refused or of no use', async () => {
    for (const coding of ['gzip;q=0', 'gzip; q=0.000', 'br', ''])
      expect((await get(site, '/big.txt', { 'accept-encoding': coding })).headers['content-encoding']).toBeUndefined()
    expect(
      (await get(site, '/matrix.arrow', { 'accept-encoding': 'gzip' })).headers['content-encoding'],
    ).toBeUndefined()
  })

  test('an unchanged file is answered with 304, a changed one is sent anew, compressed too', async () => {
    write('changing.txt', 'old')
    const first = await get(site, '/changing.txt', { 'accept-encoding': 'gzip' })
    const etag = String(first.headers.etag)
    const again = await get(site, '/changing.txt', { 'if-none-match': `"other", ${etag}`, 'accept-encoding': 'gzip' })
    expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, etag])
    write('changing.txt', 'new')
    const later = new Date(statSync(join(root, 'changing.txt')).mtimeMs + 1000)
    utimesSync(join(root, 'changing.txt'), later, later)
    const changed = await get(site, '/changing.txt', { 'if-none-match': etag, 'accept-encoding': 'gzip' })
    expect([changed.status, gunzipSync(changed.body).toString()]).toEqual([200, 'new'])
  })

  test('only files with a hash in their name are kept without asking', async () => {
    expect((await get(site, '/_astro/app.abc123.js')).headers['cache-control']).toBe(
      'public, max-age=31536000, immutable',
    )
    expect((await get(site, '/')).headers['cache-control']).toBe('no-cache')
  })
})

describe('where it listens', () => {
  test('under a base path, and nowhere else', async () => {
    const sub = await start({ root, basePath: 'matrix' })
    expect(new URL(sub.url).pathname).toBe('/matrix/')
    expect((await get(sub, '/matrix/about')).text).toBe('about')
    expect((await get(sub, '/matrix?x=1')).headers.location).toBe('/matrix/?x=1')
    expect((await get(sub, '/about')).status).toBe(404)
    expect((await get(sub, '/matrix/../about')).status).toBe(403)
  })

  test('a port in use is named, with the way out', async () => {
    const { port } = new URL(site.url)
    await expect(startServer({ root, port: Number(port) })).rejects.toThrow(
      `port ${port} on 127.0.0.1 is in use; stop what uses it or choose another: PORT=${Number(port) + 1}`,
    )
  })

  test('a missing folder is named, with the way out', async () => {
    await expect(startServer({ root: join(root, 'nowhere') })).rejects.toThrow(
      /nowhere" does not exist; build the site/,
    )
  })

  test('nothing answers after close', async () => {
    const server = await startServer({ root })
    await get(server, '/')
    await server.close()
    await expect(get(server, '/')).rejects.toThrow('ECONNREFUSED')
  })

  test('host, port and base path come from the environment', () => {
    expect(serveOptionsFromEnv({})).toEqual({ host: '127.0.0.1', port: 4321, basePath: '/' })
    expect(serveOptionsFromEnv({ HOST: '0.0.0.0', PORT: '80', BASE_PATH: '/m/' })).toEqual({
      host: '0.0.0.0',
      port: 80,
      basePath: '/m/',
    })
    for (const PORT of ['abc', '-1', '65536', '1.5', '0x10'])
      expect(() => serveOptionsFromEnv({ PORT })).toThrow(`found "${PORT}"`)
  })
})

function write(path: string, text: string): void {
  writeFileSync(join(root, path), text)
}

async function start(options: ServeOptions): Promise<StartedServer> {
  const server = await startServer(options)
  started.push(server)
  return server
}

/** A request whose path is sent as it stands; `fetch` would tidy the `..` away. */
function get(server: StartedServer, path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer; text: string }>(
    (resolve, reject) => {
      const { port } = new URL(server.url)
      const sent = request({ host: '127.0.0.1', port, path, headers, method, agent: false }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const body = Buffer.concat(chunks)
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString() })
        })
      })
      sent.on('error', reject)
      sent.end()
    },
  )
}
