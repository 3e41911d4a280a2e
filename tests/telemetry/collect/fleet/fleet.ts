import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopAll } from '../../../bench/gateway/processes.ts'
import { createRandom } from '../../../bench/random.ts'
import { StallProbe } from '../../chaos/stall_probe.ts'
import { type HostAccount, takeStock } from './account.ts'
import { Host } from './host.ts'
import { Receiver } from './receiver.ts'
import { planTroubles, type Trouble } from './troubles.ts'

export interface FleetOptions {
  hosts: number
  seconds: number
  /** Program of `orch`. */
  orch: string
  seed: number
  say?: (text: string) => void
}

export interface FleetAccount {
  hosts: HostAccount[]
  /** What went wrong, by kind. */
  troubles: Record<string, number>
  /** What must not be; empty if all is well. */
  faults: string[]
}

const DISK_MB = 64
const DRAIN_MS = 120_000
/** Starting many at once would take each of them longer than a start may. */
const STARTS = 4

/**
 * Lets a fleet of hosts send samples to one receiver while processes are killed, the disk is full, tokens end and the network is cut; then takes
 * stock.
 *
 * @param look what else to do with what was stored, while it is there; returns its faults
 */
export async function runFleet(
  options: FleetOptions,
  look: (folder: string, account: FleetAccount) => Promise<string[]> = async () => [],
): Promise<FleetAccount> {
  const folder = mkdtempSync(join(tmpdir(), 'orch-fleet-'))
  const fleet = new Fleet(folder, options)
  const probe = new StallProbe()
  probe.start()
  try {
    await fleet.live()
    const account = await fleet.takeStock(await probe.stop())
    account.faults.push(...(await look(folder, account)))
    return account
  } finally {
    await probe.stop()
    await stopAll()
    await fleet.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

class Fleet {
  readonly #options: FleetOptions
  readonly #receiver: Receiver
  readonly #hosts: Host[] = []
  readonly #folder: string
  readonly #troubles: Record<string, number> = {}

  constructor(folder: string, options: FleetOptions) {
    this.#folder = folder
    this.#options = options
    this.#receiver = new Receiver(folder, options.orch, DISK_MB)
  }

  get dir(): string {
    return this.#receiver.disk.dir
  }

  async live(): Promise<void> {
    const { hosts, seconds, say = () => undefined } = this.#options
    await this.#receiver.start()
    await this.#receiver.startProxy()
    await this.#startHosts(hosts)
    say(`${hosts} hosts send samples`)
    let isOver = false
    const clients = this.#hosts.map((host) => host.sendTasks(() => isOver))
    await this.#trouble(seconds)
    isOver = true
    await Promise.all(clients)
    say('draining')
    await Promise.all(this.#hosts.map((host) => host.stop()))
    await Promise.all(this.#hosts.map((host) => host.drain(this.#receiver.url, DRAIN_MS)))
    await this.#receiver.stop()
  }

  async takeStock(stall_ms: number): Promise<FleetAccount> {
    const { accounts, faults } = await takeStock(this.#hosts, this.dir, join(this.#folder, 'data', 'exports'), stall_ms)
    return { hosts: accounts, troubles: this.#troubles, faults }
  }

  async end(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.stop()))
    await this.#receiver.stop()
    this.#receiver.disk.empty()
    this.#receiver.disk.dispose()
  }

  async #startHosts(count: number): Promise<void> {
    const { ca, proxy_url: url, tokens } = this.#receiver
    const gpus = readGpus(count)
    for (const [i, gpu] of gpus.entries()) {
      const host = new Host(this.#folder, { name: `host-${i}`, ...gpu }, { url, ca, orch: this.#options.orch })
      const { token } = await tokens.create(host.plan.name, null, new Date())
      host.setToken(token)
      this.#hosts.push(host)
    }
    const left = this.#hosts.values()
    const work = async () => {
      for (const host of left) await host.start()
    }
    await Promise.all(Array.from({ length: STARTS }, work))
  }

  async #trouble(seconds: number): Promise<void> {
    const began = performance.now()
    const random = createRandom(this.#options.seed)
    const running: Promise<unknown>[] = []
    for (const { at, trouble } of planTroubles(seconds, this.#hosts.length, random)) {
      await sleep(Math.max(0, began + 1000 * at - performance.now()))
      // An error waits until all troubles are over.
      running.push(this.#make(trouble).catch((error: Error) => error))
    }
    for (const error of await Promise.all(running)) if (error instanceof Error) throw error
    await sleep(Math.max(0, began + 1000 * seconds - performance.now()))
  }

  async #make(trouble: Trouble): Promise<void> {
    this.#options.say?.(JSON.stringify(trouble))
    this.#troubles[trouble.kind] = (this.#troubles[trouble.kind] ?? 0) + 1
    const receiver = this.#receiver
    switch (trouble.kind) {
      case 'gateway killed':
        return this.#hosts[trouble.host]!.crash()
      case 'receiver killed':
        return receiver.crash()
      case 'network cut':
        await receiver.cut()
        await sleep(1000 * trouble.seconds)
        return receiver.startProxy()
      case 'disk full':
        receiver.disk.fill()
        await sleep(1000 * trouble.seconds)
        return receiver.disk.empty()
      default:
        return this.#endToken(this.#hosts[trouble.host]!, trouble)
    }
  }

  /** The host has no valid token for a while: it expires, or is revoked; then the host gets a new one. */
  async #endToken(host: Host, { kind, seconds }: Extract<Trouble, { seconds: number }>): Promise<void> {
    const { tokens } = this.#receiver
    const { name } = host.plan
    await tokens.revoke(name)
    const half_ms = 500 * seconds
    if (kind === 'token expired')
      host.setToken((await tokens.create(name, new Date(Date.now() + half_ms).toISOString(), new Date())).token)
    await sleep(2 * half_ms)
    host.setToken((await tokens.create(name, null, new Date())).token)
  }
}

interface Gpu {
  name: string
  memory_gb: number
  bandwidth_gbps: number
}

/** GPUs of the catalogue, one for each host, so that each has a row of its own in the matrix; fast enough for the doubles' speed. */
function readGpus(count: number): { gpu_name: string; vram_total_mb: number }[] {
  const path = join(import.meta.dirname, '../../../../data/catalog/gpus.json')
  const { gpus } = JSON.parse(readFileSync(path, 'utf8')) as { gpus: Gpu[] }
  return gpus
    .filter(({ name, bandwidth_gbps }) => /^NVIDIA GeForce RTX (?!.*GB)/.test(name) && bandwidth_gbps > 400)
    .slice(0, count)
    .map(({ name, memory_gb }) => ({ gpu_name: name, vram_total_mb: 1024 * memory_gb }))
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
