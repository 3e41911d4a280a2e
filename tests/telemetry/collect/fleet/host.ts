import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pseudonymize } from '../../../../telemetry/anonymise/pseudonym.ts'
import { readBuffer } from '../../../../telemetry/buffer/read_buffer.ts'
import { readBufferStatus } from '../../../../telemetry/buffer/status.ts'
import { HttpSinkConfig } from '../../../../telemetry/config/schema.ts'
import { createHttpSink } from '../../../../telemetry/sinks/http.ts'
import { startUploader } from '../../../../telemetry/upload/start_uploader.ts'
import { type Program, startProgram } from '../../../bench/gateway/processes.ts'
import { type EngineDouble, startEngineDouble } from '../../../support/engine_doubles/index.ts'

export interface HostPlan {
  name: string
  gpu_name: string
  vram_total_mb: number
}

export interface FleetAddress {
  /** Of the receiver, through the proxy. */
  url: string
  /** Certificate of the proxy. */
  ca: string
  /** Program of `orch`. */
  orch: string
}

export const MODEL = 'Qwen/Qwen3-0.6B'
/** Long enough for a decode speed to count. */
const ANSWER = { ttft_ms: 10, tpot_ms: 8, tokens: 34, tokens_in: 100 }
const FSYNC_MS = 100
const BATCH_INTERVAL_S = 0.5
const PAUSE_MS = 50

/** A host of the fleet: an engine, the gateway before it in a process of its own, and a client. */
export class Host {
  readonly plan: HostPlan
  /** When requests were answered to their end, by the wall clock in ms; and how many were not. */
  readonly answered: number[] = []
  unanswered = 0
  readonly killed: number[] = []
  readonly #address: FleetAddress
  readonly #home: string
  readonly #key = randomBytes(32)
  #engine!: EngineDouble
  #gateway: (Program & { ready: string }) | null = null

  constructor(folder: string, plan: HostPlan, address: FleetAddress) {
    this.plan = plan
    this.#address = address
    this.#home = join(folder, plan.name)
    mkdirSync(this.#home, { recursive: true })
    writeFileSync(join(this.#home, 'key'), `${this.#key.toString('hex')}\n`, { mode: 0o600 })
  }

  async start(): Promise<void> {
    this.#engine ??= await startEngineDouble('vllm', { ...ANSWER, model: MODEL })
    const config = join(this.#home, 'config.toml')
    writeFileSync(config, this.#formatConfig())
    const { PATH, NODE_COMPILE_CACHE } = process.env
    const env = {
      ...{ PATH, NODE_COMPILE_CACHE, HOME: this.#home, ORCH_KEY_FILE: join(this.#home, 'key') },
      NODE_EXTRA_CA_CERTS: this.#address.ca,
    }
    const command = [process.execPath, this.#address.orch, 'serve', '--config', config] as const
    const findUrl = (printed: string) => /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(printed)?.[1] ?? null
    this.#gateway = await startProgram(command, findUrl, { env })
  }

  /** kill -9, and a new start at once. */
  async crash(): Promise<void> {
    const { pid, stop } = this.#gateway!
    this.#gateway = null
    this.killed.push(Date.now())
    process.kill(pid, 'SIGKILL')
    await stop()
    await this.start()
  }

  setToken(token: string): void {
    writeFileSync(join(this.#home, 'token'), token, { mode: 0o600 })
  }

  /** Sends one request after the other until told to stop. */
  async sendTasks(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const gateway = this.#gateway
      if (gateway && (await ask(gateway.ready))) this.answered.push(Date.now())
      else if (gateway) this.unanswered += 1
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }

  async stop(): Promise<void> {
    await this.#gateway?.stop()
    this.#gateway = null
    await this.#engine?.close()
  }

  /** What is left goes to the receiver itself, whatever a gateway still waited for. */
  async drain(receiver_url: string, limit_ms: number): Promise<boolean> {
    const token_file = join(this.#home, 'token')
    const config = HttpSinkConfig.parse({ url: `${receiver_url}/v1/samples`, token_file })
    const sinks = [createHttpSink(config, {})]
    const uploader = startUploader({ dir: this.dir, sinks, since: null, key: this.#key })
    const isDone = await uploader.flush(limit_ms)
    await uploader.close(0)
    return isDone
  }

  get dir(): string {
    return join(this.#home, 'buffer')
  }

  readStatus() {
    return readBufferStatus(this.dir)
  }

  /** The ids, as they are sent, of everything that was recorded. */
  async readRecorded(): Promise<string[]> {
    const ids: string[] = []
    for await (const record of readBuffer(this.dir))
      if (record.kind === 'sample') ids.push(pseudonymize(this.#key, 'job', record.event.job_id))
    return ids
  }

  /** How many answers came so late before a kill that their samples may not have been on the disk. */
  countAtRisk(stall_ms: number): number {
    const isAtRisk = (at: number) => this.killed.some((kill) => at <= kill && at >= kill - FSYNC_MS - stall_ms)
    return this.answered.filter(isAtRisk).length
  }

  #formatConfig(): string {
    const { gpu_name, vram_total_mb } = this.plan
    return `listen = "127.0.0.1:0"
admin_listen = "off"
flush_s = 0
[[upstream]]
url = "${this.#engine.url}"
model_ref = "hf:${MODEL}"
[gpu]
name = ${JSON.stringify(gpu_name)}
vram_total_mb = ${vram_total_mb}
count = 1
probe = false
[telemetry]
enabled = true
[telemetry.buffer]
dir = ${JSON.stringify(this.dir)}
fsync_ms = ${FSYNC_MS}
[telemetry.http]
url = "${this.#address.url}/v1/samples"
token_file = ${JSON.stringify(join(this.#home, 'token'))}
batch_interval_s = ${BATCH_INTERVAL_S}
`
  }
}

async function ask(url: string): Promise<boolean> {
  try {
    const body = { model: MODEL, stream: true, messages: [{ role: 'user', content: 'hello' }] }
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify(body) })
    return (await answer.text()).includes('[DONE]')
  } catch {
    return false
  }
}
