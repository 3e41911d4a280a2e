import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { childrenOf, type Program, startProgram } from './processes.ts'

/** Where Debian puts it, which is not on every PATH. */
const SBIN = '/usr/sbin:/usr/local/sbin'

/** nginx on a port of its own, as a bare reverse proxy in front of the engine; `pid` is that of its one worker. */
export async function startNginx(folder: string, engine_port: number): Promise<Program & { port: number }> {
  installNginx()
  const port = await findFreePort()
  const prefix = join(folder, 'nginx')
  mkdirSync(prefix, { recursive: true })
  writeFileSync(join(prefix, 'nginx.conf'), formatConfig(prefix, port, engine_port))
  const command = ['nginx', '-p', prefix, '-c', join(prefix, 'nginx.conf'), '-e', 'stderr'] as const
  const master = await startProgram(['/usr/bin/env', ...command], () => answers(port), { env: withSbin() })
  return { port, pid: childrenOf(master.pid)[0]!, stop: master.stop }
}

/** One worker, because the gateway is one process; connections to the engine kept open; nothing buffered, nothing logged. */
function formatConfig(prefix: string, port: number, engine_port: number): string {
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
  upstream engine {
    server 127.0.0.1:${engine_port};
    keepalive 512;
    keepalive_requests 1000000;
  }
  server {
    listen 127.0.0.1:${port};
    keepalive_requests 1000000;
    location / {
      proxy_pass http://engine;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`
}

function installNginx(): void {
  if (runs('nginx', ['-v'])) return
  if (process.getuid?.() === 0) {
    console.log('installing nginx with apt-get …')
    const install = () => runs('apt-get', ['install', '--yes', '--no-install-recommends', 'nginx-light'])
    if (install() || (runs('apt-get', ['update']) && install())) return
  }
  throw new Error('nginx: expected to find it, found none. Run as root: apt-get install nginx-light')
}

function runs(program: string, args: readonly string[]): boolean {
  // Installing must not start the service that the package brings: this one is configured and started here.
  const env = { ...withSbin(), DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  return spawnSync(program, args, { env, stdio: 'ignore' }).status === 0
}

function withSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:${SBIN}` }
}

function findFreePort(): Promise<number> {
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
