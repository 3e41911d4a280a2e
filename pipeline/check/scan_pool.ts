import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { ScannedGroup } from './group_counter.ts'
import type { LineForm } from './member.ts'
import { ScannerSet } from './scanner.ts'

/** What a thread is asked, and what it answers. */
export interface ScanRequest {
  path: string
  form: LineForm
}
export type ScanReply = { groups: ScannedGroup[] | null } | { error: string }

/** A file this small is read faster than a thread starts. */
const WORTH_A_THREAD = 20_000_000

/** Scans files on all cores, a thread for each, in the order of the list; calls back with each result as it comes. */
export async function scanAll(
  files: { path: string; bytes: number; form: LineForm }[],
  onScanned: (index: number, groups: ScannedGroup[] | null) => void | Promise<void>,
): Promise<void> {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const threads = bytes < WORTH_A_THREAD ? 0 : Math.min(availableParallelism(), files.length)
  if (threads < 2) return scanHere(files, onScanned)
  let next = 0
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const thread = new ScanThread()
      try {
        while (next < files.length) {
          const index = next++
          await onScanned(index, await thread.scan(files[index]!))
        }
      } finally {
        await thread.end()
      }
    }),
  )
}

async function scanHere(
  files: ScanRequest[],
  onScanned: (index: number, groups: ScannedGroup[] | null) => void | Promise<void>,
): Promise<void> {
  const scanners = new ScannerSet()
  for (const [index, { path, form }] of files.entries())
    await onScanned(index, scanners.of(form).scan(await readFile(path)))
}

class ScanThread {
  readonly #worker = new Worker(new URL('./scan_thread.ts', import.meta.url))

  /** The groups of a file, null where it has to be looked at line by line. Throws where it cannot be read. */
  scan({ path, form }: ScanRequest): Promise<ScannedGroup[] | null> {
    return new Promise((resolve, reject) => {
      this.#worker.once('error', reject)
      this.#worker.once('message', (reply: ScanReply) => {
        this.#worker.off('error', reject)
        if ('error' in reply) reject(new Error(`${path}: ${reply.error}`))
        else resolve(reply.groups)
      })
      this.#worker.postMessage({ path, form } satisfies ScanRequest)
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
