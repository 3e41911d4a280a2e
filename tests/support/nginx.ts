import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { childrenOf, type Program, startProgram } from '../bench/gateway/processes.ts'

/** Where Debian puts it, which is not on every PATH. */
const SBIN = '/usr/sbin:/usr/local/sbin'

export type Nginx = Program & { port: number }

/**
 * nginx with one worker, whose process id is `pid`, on a port of its own. Nothing is logged.
 *
 * @param folder for its files
 * @param format what stands in its `http` block, for that port
 * @param port where another program listened before, for one that starts again
 */
export async function startNginx(folder: string, format: (port: number) => string, port?: number): Promise<Nginx> {
  installProgram(['nginx', '-v'], 'nginx-light')
  port ??= await findFreePort()
  const prefix = join(folder, 'nginx')
  mkdirSync(prefix, { recursive: true })
  writeFileSync(join(prefix, 'nginx.conf'), formatConfig(prefix, format(port)))
  const command = ['nginx', '-p', prefix, '-c', join(prefix, 'nginx.conf'), '-e', 'stderr'] as const
  const master = await startProgram(['/usr/bin/env', ...command], () => answers(port), { env: withSbin() })
  return { port, pid: childrenOf(master.pid)[0]!, stop: master.stop }
}

function formatConfig(prefix: string, http: string): string {
  const user = process.getuid?.() === 0 ? `user ${userInfo().username};\n` : ''
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `${user}daemon off;
worker_processes 1;
pid ${join(prefix, 'nginx.pid')};
events { worker_connections 4096; }
http {
  access_log off;
  tcp_nodelay on;
${folders.map((name) => `  ${name}_temp_path ${join(prefix, name)};`).join('\n')}
${http}
}
`
}

/** Installs a package of Debian where a program of it does not run. */
export function installProgram([program, ...args]: readonly [string, ...string[]], name: string): void {
  if (runs(program, args)) return
  if (process.getuid?.() === 0) {
    console.log(`installing ${name} with apt-get …`)
    const install = () => runs('apt-get', ['install', '--yes', '--no-install-recommends', name])
    if (install() || (runs('apt-get', ['update']) && install())) return
  }
  throw new Error(`${program}: expected to find it, found none. Run as root: apt-get install ${name}`)
}

function runs(program: string, args: readonly string[]): boolean {
  // Installing must not start the service that the package brings: this one is configured and started here.
  const env = { ...withSbin(), DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  return spawnSync(program, args, { env, stdio: 'ignore' }).status === 0
}

function withSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:${SBIN}` }
}

export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

function answers(port: number): Promise<true | null> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(null))
    socket.once('connect', () => socket.destroy())
  })
}
