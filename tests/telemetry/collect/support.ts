import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { anonymizeEvent } from '../../../telemetry/anonymise/anonymize_event.ts'
import { type Files, systemFiles } from '../../../telemetry/buffer/files.ts'
import { type CollectorOptions, startCollector } from '../../../telemetry/collect/collector.ts'
import { Tokens } from '../../../telemetry/collect/tokens.ts'
import { makeSample } from '../support/samples.ts'

const KEY = Buffer.alloc(32, 7)

/** Lines of an export of today, told apart by their jobs. */
export function makeLines(count: number, prefix = 'job', ts = new Date().toISOString()): string[] {
  return Array.from({ length: count }, (_, i) =>
    JSON.stringify(anonymizeEvent(makeSample(`${prefix}-${i}`, { ts }), KEY)),
  )
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'orch-collect-'))
}

export async function runCollector(settings: Partial<CollectorOptions> = {}) {
  const dir = settings.dir ?? newFolder()
  const token_file = join(dir, 'tokens.json')
  const log: string[] = []
  const options: CollectorOptions = {
    listen: '127.0.0.1:0',
    admin_listen: '127.0.0.1:0',
    dir,
    token_file,
    allow_anonymous: false,
    rate: 1_000_000,
    keep_days: 90,
    log: (event, facts) => log.push(JSON.stringify({ event, ...facts })),
    ...settings,
  }
  const { token } = await new Tokens(token_file).create('alice', null, new Date())
  const collector = await startCollector(options)
  const remove = () => rmSync(dir, { recursive: true, force: true })
  return { ...collector, dir, log, token, token_file, remove }
}

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: {
    accepted?: number
    duplicates?: number
    rejected?: number
    problems?: { line: number; why: string }[]
    error?: string
  }
}

/** Posts a batch as the http sink does. */
export function post(
  url: string,
  token: string | null,
  lines: readonly string[] | Buffer,
  headers: Record<string, string> = {},
) {
  const isBuffer = Buffer.isBuffer(lines)
  const body = isBuffer ? lines : gzipSync(lines.map((line) => `${line}\n`).join(''))
  return send(`${url}/v1/samples`, 'POST', body, {
    'content-type': 'application/x-ndjson',
    ...(isBuffer ? {} : { 'content-encoding': 'gzip' }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...headers,
  })
}

export function send(
  url: string,
  method: string,
  body: Buffer | null,
  headers: Record<string, string>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const isChunked = headers['transfer-encoding'] === 'chunked'
    const length = body === null || isChunked ? {} : { 'content-length': String(body.length) }
    const sent = httpRequest(url, { method, headers: { ...length, ...headers } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const isJson = response.headers['content-type'] === 'application/json'
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: isJson ? JSON.parse(text) : { error: text },
        })
      })
    })
    sent.on('error', reject)
    sent.end(body ?? undefined)
  })
}

/** Every stored line under a folder. */
export async function readStored(dir: string): Promise<string[]> {
  const names = await readdir(join(dir, 'samples'), { recursive: true }).catch(() => [])
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(dir, 'samples', name), 'utf8').split('\n'))
    .filter((line) => line !== '')
}

/** A disk that fails to write to segments while it is `full`. */
export function fillableDisk(): { files: Files; full: boolean } {
  const disk = {
    full: false,
    files: {
      ...systemFiles,
      open: (async (path: string, flags: string, mode?: number) => {
        const handle = await systemFiles.open(path, flags, mode)
        if (flags !== 'ax') return handle
        return new Proxy(handle, {
          get: (target, key) => {
            if (key === 'write' && disk.full)
              return () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
            const value = Reflect.get(target, key, target) as unknown
            return typeof value === 'function' ? value.bind(target) : value
          },
        })
      }) as Files['open'],
    },
  }
  return disk
}
