import { mkdtemp, open, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const EVERY_MS = 50

/**
 * Measures how long the machine takes, at worst, to put a small file on the disk and name it, beside the process under test: on a
 * busy machine that may be a second, which is then no fault of the buffer.
 */
export class StallProbe {
  #worst_ms = 0
  #stopped = false
  #running: Promise<void> | null = null

  start(): void {
    this.#running = this.#run()
  }

  /** @returns the worst time so far, in ms */
  async stop(): Promise<number> {
    this.#stopped = true
    await this.#running
    return this.#worst_ms
  }

  async #run(): Promise<void> {
    const dir = await mkdtemp(join(tmpdir(), 'orch-probe-'))
    while (!this.#stopped) {
      const from = performance.now()
      await writeOne(join(dir, 'probe'))
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
      this.#worst_ms = Math.max(this.#worst_ms, performance.now() - from - EVERY_MS)
    }
    await rm(dir, { recursive: true })
  }
}

async function writeOne(path: string): Promise<void> {
  const handle = await open(`${path}.tmp`, 'w')
  await handle.write('probe')
  await handle.datasync()
  await handle.close()
  await rename(`${path}.tmp`, path)
}
