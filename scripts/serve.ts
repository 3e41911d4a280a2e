import './check_node.mjs'
import { createReadStream } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { displayHost, normalizeBasePath, parsePort } from './serve/address.ts'
import { contentType, isCompressible } from './serve/content_type.ts'
import { GzipCache } from './serve/gzip_cache.ts'
import { listen } from './serve/listen.ts'
import { type Resolved, resolveFile } from './serve/resolve_file.ts'

export interface ServeOptions {
  /** Folder to serve. */
  root: string
  /** Address to listen on; 127.0.0.1 by default, so that nothing outside this machine can connect. */
  host?: string
  /** 0 takes any free port. */
  port?: number
  /** Where the site lives under the host, for example `/matrix/`. */
  basePath?: string
}

export interface StartedServer {
  /** Address of the first page, base path included. */
  url: string
  /** Stops listening and ends open connections. */
  close(): Promise<void>
}

interface Site {
  root: string
  basePath: string
  cache: GzipCache
}

type FoundFile = Extract<Resolved, { kind: 'file' }>

/**
 * Serves a folder of static files over HTTP for local use and tests: GET and HEAD, ETag, gzip, index pages, 404.html.
 * Rejects with a message that names the port and the way out where the port cannot be had.
 */
export async function startServer(options: ServeOptions): Promise<StartedServer> {
  const { host = '127.0.0.1', port = 0 } = options
  const root = await realpath(options.root).catch(() => {
    throw new Error(`nothing to serve: folder "${options.root}" does not exist; build the site first (npm run build)`)
  })
  const site: Site = { root, basePath: normalizeBasePath(options.basePath ?? '/'), cache: new GzipCache() }
  const server = createServer((request, response) => {
    answer(site, request, response).catch((error: unknown) => fail(response, error))
  })
  await listen(server, host, port)
  return {
    url: `http://${displayHost(host)}:${(server.address() as AddressInfo).port}${site.basePath}`,
    close: () => close(server),
  }
}

async function answer(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'no-referrer')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    return sendText(response, 405, 'Method not allowed; this server answers GET and HEAD.\n')
  }
  const resolved = await resolveFile(site.root, site.basePath, request.url ?? '/')
  if (resolved.kind === 'file') return sendFile(site, request, response, resolved, 200)
  if (resolved.kind === 'redirect') {
    response.setHeader('Location', resolved.location)
    return sendText(response, 301, `Moved to ${resolved.location}\n`)
  }
  await sendRefusal(site, request, response, resolved.status)
}

async function sendRefusal(site: Site, request: IncomingMessage, response: ServerResponse, status: number) {
  if (status !== 404) return sendText(response, status, status === 400 ? 'Malformed address.\n' : 'Refused.\n')
  const page = await resolveFile(site.root, '/', '/404.html')
  if (page.kind === 'file') return sendFile(site, request, response, page, 404)
  sendText(response, 404, 'Not found.\n')
}

async function sendFile(
  site: Site,
  request: IncomingMessage,
  response: ServerResponse,
  file: FoundFile,
  status: 200 | 404,
): Promise<void> {
  const type = contentType(file.path)
  const etag = `W/"${file.size.toString(36)}-${Math.round(file.mtimeMs * 1000).toString(36)}"`
  response.setHeader('Content-Type', type)
  response.setHeader('ETag', etag)
  response.setHeader('Cache-Control', isHashed(site, file.path) ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (isCompressible(type)) response.setHeader('Vary', 'Accept-Encoding')
  if (status === 200 && matchesEtag(request.headers['if-none-match'], etag)) {
    response.writeHead(304).end()
    return
  }
  if (isCompressible(type) && acceptsGzip(request.headers['accept-encoding'])) {
    const bytes = await site.cache.get(file.path, etag)
    response.writeHead(status, { 'Content-Encoding': 'gzip', 'Content-Length': bytes.length })
    response.end(request.method === 'HEAD' ? undefined : bytes)
    return
  }
  response.writeHead(status, { 'Content-Length': file.size })
  if (request.method === 'HEAD') response.end()
  else await pipeline(createReadStream(file.path), response)
}

/** Astro puts a hash of the content into the names under `_astro/`, so these files never change. */
function isHashed(site: Site, path: string): boolean {
  return path.startsWith(join(site.root, '_astro/'))
}

function matchesEtag(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((tag) => ['*', etag].includes(tag.trim()))
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  const codings = String(header ?? '').split(',')
  return codings.some((coding) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/.test(coding))
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(text) })
  response.end(response.req.method === 'HEAD' ? undefined : text)
}

function fail(response: ServerResponse, error: unknown): void {
  // The visitor left before the end: nobody to answer, nothing wrong.
  if ((error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE') return
  console.error(error)
  if (response.headersSent) response.destroy()
  else sendText(response, 500, 'The server failed to read this file; its console says why.\n')
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** Serves until Ctrl-C or a termination signal, then ends cleanly. Prints the address as its last line. */
export async function serveUntilStopped(options: ServeOptions): Promise<void> {
  const server = await startServer(options)
  console.log(`Serving ${options.root} at ${server.url} (Ctrl-C ends it)`)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  await server.close()
}

/** Host, port and base path as the environment asks for them; port 4321 by default. */
export function serveOptionsFromEnv(env: NodeJS.ProcessEnv): Required<Omit<ServeOptions, 'root'>> {
  return { host: env.HOST || '127.0.0.1', port: parsePort(env.PORT, 4321), basePath: env.BASE_PATH || '/' }
}

if (import.meta.main) {
  try {
    await serveUntilStopped({ root: process.argv[2] ?? 'dist/site', ...serveOptionsFromEnv(process.env) })
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 1
  }
}
