import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Tokens } from '../../../../telemetry/collect/tokens.ts'
import { type Program, startProgram } from '../../../bench/gateway/processes.ts'
import { findFreePort, type Nginx, startNginx } from '../../../support/nginx.ts'
import { makeCertificate } from '../../support/certificate.ts'
import { SmallDisk } from './small_disk.ts'

const ROOT = join(import.meta.dirname, '../../../..')

/** `orch collect` in a process of its own, on a disk of its own, behind nginx with TLS. */
export class Receiver {
  readonly disk: SmallDisk
  readonly tokens: Tokens
  readonly ca: string
  readonly #folder: string
  readonly #orch: string
  #port = 0
  #proxy_port = 0
  #process: Program | null = null
  #proxy: Nginx | null = null
  kills = 0

  constructor(folder: string, orch: string, size_mb: number) {
    this.#folder = folder
    this.#orch = orch
    this.disk = new SmallDisk(folder, size_mb)
    this.tokens = new Tokens(join(folder, 'tokens.json'))
    makeCertificate(folder)
    this.ca = join(folder, 'cert.pem')
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get proxy_url(): string {
    return `https://127.0.0.1:${this.#proxy_port}`
  }

  async start(): Promise<void> {
    this.#port ||= await findFreePort()
    const { PATH, NODE_COMPILE_CACHE } = process.env
    const command = [
      ...([process.execPath, this.#orch, 'collect', '--dir', this.disk.dir] as const),
      ...['--tokens', join(this.#folder, 'tokens.json'), '--listen', `127.0.0.1:${this.#port}`],
      ...['--admin-listen', 'off', '--rate', '1000000'],
    ] as const
    const isReady = (printed: string) => (printed.includes('"listening"') ? true : null)
    const env = { PATH, NODE_COMPILE_CACHE, HOME: this.#folder }
    this.#process = await startProgram(command, isReady, { env })
  }

  async crash(): Promise<void> {
    const { pid, stop } = this.#process!
    this.kills += 1
    process.kill(pid, 'SIGKILL')
    await stop()
    await this.start()
  }

  /** The configuration that docs/collect.md recommends, with the addresses and files of this run. */
  async startProxy(): Promise<void> {
    const documented = /```nginx\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/collect.md'), 'utf8'))![1]!
    const format = (port: number) =>
      documented
        .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
        .replace('/etc/ssl/collect.pem', this.ca)
        .replace('/etc/ssl/collect.key', join(this.#folder, 'key.pem'))
        .replace('127.0.0.1:8787', `127.0.0.1:${this.#port}`)
    this.#proxy_port ||= await findFreePort()
    this.#proxy = await startNginx(this.#folder, format, this.#proxy_port)
  }

  /** Every connection ends, and none can be made. */
  async cut(): Promise<void> {
    await this.#proxy?.stop()
    this.#proxy = null
  }

  async stop(): Promise<void> {
    await this.cut()
    await this.#process?.stop()
    this.#process = null
  }
}
