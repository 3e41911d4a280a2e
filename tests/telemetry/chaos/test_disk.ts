import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom, type Random } from '../../bench/random.ts'
import type { Disk, RunPlan } from './plan.ts'

const FILLER_BYTES = 4096

/** The folder of a run, on a file system of its own if the plan needs one and this user may mount one. */
export class TestDisk {
  readonly #root = mkdtempSync(join(tmpdir(), 'orch-chaos-'))
  readonly #random: Random
  readonly #timers: NodeJS.Timeout[] = []
  readonly dir: string
  /** What is wrong with it; `faulty` stands in where nothing may be mounted. */
  readonly kind: Disk

  constructor({ disk, seed }: RunPlan) {
    const volume = join(this.#root, 'volume')
    mkdirSync(volume)
    this.#random = createRandom(seed + 2)
    const needed = disk === 'small' || disk === 'read-only'
    this.kind =
      needed && !mount(['-t', 'tmpfs', '-o', `size=${disk === 'small' ? '256k' : '64m'}`, 'tmpfs', volume])
        ? 'faulty'
        : disk
    this.dir = join(volume, 'buffer')
  }

  /** Lets things go wrong in the next life. */
  trouble(): void {
    if (this.kind === 'read-only') {
      this.#remount('ro')
      this.#later(500, () => this.#remount('rw'))
    }
    if (this.kind === 'small') {
      this.#later(300, () => this.#fill())
      this.#later(900, () => this.#empty())
    }
  }

  /** All is well again, with space enough. */
  recover(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer)
    if (this.kind === 'read-only') this.#remount('rw')
    if (this.kind === 'small') {
      this.#empty()
      this.#remount('size=64m')
    }
  }

  dispose(): void {
    this.recover()
    if (this.kind === 'read-only' || this.kind === 'small') spawnSync('umount', [join(this.#root, 'volume')])
    rmSync(this.#root, { recursive: true, force: true })
  }

  #later(ms: number, act: () => void): void {
    this.#timers.push(setTimeout(act, this.#random.int(ms)))
  }

  #remount(option: string): void {
    mount(['-o', `remount,${option}`, join(this.#root, 'volume')])
  }

  #fill(): void {
    for (let at = 0; at < 100; at += 1) {
      try {
        writeFileSync(join(this.#root, 'volume', `filler-${at}`), Buffer.alloc(FILLER_BYTES))
      } catch {
        return
      }
    }
  }

  #empty(): void {
    for (let at = 0; at < 100; at += 1) rmSync(join(this.#root, 'volume', `filler-${at}`), { force: true })
  }
}

function mount(args: string[]): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('mount', args).status === 0
}
