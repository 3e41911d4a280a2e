import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startNginx } from '../../support/nginx.ts'
import { type Program, startProgram } from '../gateway/processes.ts'

/** A program that answers posts of batches. */
export interface Receiver extends Program {
  name: string
  port: number
  path: string
  form: 'lines' | 'points'
  token: string
}

const LINES = { path: '/v1/samples', form: 'lines' } as const

/** `orch collect`, compiled as it is published, with a folder of its own. */
export async function startCollect(home: string, folder: string): Promise<Receiver & { dir: string }> {
  const dir = mkdtempSync(join(folder, 'collect-'))
  const env = { PATH: process.env.PATH, HOME: dir }
  const orch = [process.execPath, join(home, 'bin/orch.js'), 'collect'] as const
  const added = spawnSync(orch[0], [...orch.slice(1), 'tokens', 'add', 'bench', '--dir', dir], { env })
  const command = [
    ...orch,
    '--dir',
    dir,
    '--listen',
    '127.0.0.1:0',
    '--admin-listen',
    'off',
    '--rate',
    '1000000',
  ] as const
  const findPort = (printed: string) => /"url":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(printed)?.[1] ?? null
  const { pid, stop, ready } = await startProgram(command, findPort, { env })
  return { name: 'orch collect', ...LINES, pid, stop, port: Number(ready), token: added.stdout.toString().trim(), dir }
}

/** nginx with one worker, which writes each body to a file, unpacks and checks nothing, syncs nothing, and answers 204. */
export async function startNginxReceiver(folder: string): Promise<Receiver> {
  const bodies = mkdtempSync(join(folder, 'bodies-'))
  const nginx = await startNginx(
    mkdtempSync(join(folder, 'nginx-')),
    (port) => `
  server {
    listen 127.0.0.1:${port};
    keepalive_requests 1000000;
    client_max_body_size 8m;
    location = /v1/samples {
      client_body_in_file_only on;
      client_body_temp_path ${bodies};
      proxy_pass http://127.0.0.1:${port}/taken;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
    location = /taken { return 204; }
  }`,
  )
  return { name: 'nginx, body to a file', token: 'none', ...LINES, ...nginx }
}

/** Samples that lie in the folder of a collector, and how many of them are there twice. */
export function countStored(dir: string): { lines: number; repeated: number } {
  const samples = join(dir, 'samples')
  const ids = new Set<string>()
  let lines = 0
  for (const name of readdirSync(samples, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.jsonl')) continue
    for (const [, id] of readFileSync(join(samples, name), 'latin1').matchAll(/"job_id":"([0-9a-f]{16})/g)) {
      lines += 1
      ids.add(id!)
    }
  }
  return { lines, repeated: lines - ids.size }
}
