import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { UnpackError } from '../read/unpack.ts'
import { LineFollower } from './line_follower.ts'
import { type ScanRequest, scanFile } from './scan_file.ts'
import { type ScannedFile, ScannerSet } from './scanner.ts'

/** What a thread answers: what it found, that the file is damaged, or that it could not be read. */
export type ScanReply = { scanned: ScannedFile | null } | { damage: string } | { error: string }

/** Told what became of a file: what was scanned, null where it has to be looked at line by line, or how it is damaged. */
export type OnScanned = (index: number, scanned: ScannedFile | UnpackError | null) => void | Promise<void>

/** A file this small is read faster than a thread starts. */
const WORTH_A_THREAD = 20_000_000

/**
 * Scans files on all cores, in the order of the list; calls back with each result as it comes.
 *
 * @param seed of the hashes of ids: see Scanner
 */
export async function scanAll(
  files: (ScanRequest & { bytes: number })[],
  seed: bigint,
  onScanned: OnScanned,
): Promise<void> {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const threads = bytes < WORTH_A_THREAD ? 0 : Math.min(availableParallelism(), files.length)
  if (threads < 2) return scanHere(files, seed, onScanned)
  let next = 0
  const begin = (thread: ScanThread) => {
    if (next >= files.length) return null
    const index = next++
    return thread.scan(files[index]!).then((outcome) => ({ index, outcome }))
  }
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const thread = new ScanThread(seed)
      try {
        // The thread is at the next file while what it found in this one is looked at.
        for (let scan = begin(thread); scan !== null; ) {
          const { index, outcome } = await scan
          scan = begin(thread)
          await onScanned(index, outcome)
        }
      } finally {
        await thread.end()
      }
    }),
  )
}

/** A hasher of ids, as the scan with the same seed does it. */
export function createIdHasher(seed: bigint): (id: string) => bigint {
  const hasher = new LineFollower(seed)
  return (id) => {
    const address = hasher.store(new TextEncoder().encode(id.padEnd(PADDED)))
    const hash = hasher.exports.hashId(address, address + id.length)
    hasher.memory.release(address)
    return BigInt.asUintN(64, hash)
  }
}

/** An id is read eight bytes at a time. */
const PADDED = 72

async function scanHere(files: ScanRequest[], seed: bigint, onScanned: OnScanned): Promise<void> {
  const scanners = new ScannerSet(seed)
  for (const [index, file] of files.entries()) await onScanned(index, await scanOrDamage(file, scanners))
}

async function scanOrDamage(file: ScanRequest, scanners: ScannerSet): Promise<ScannedFile | UnpackError | null> {
  try {
    return await scanFile(file, scanners)
  } catch (error) {
    if (error instanceof UnpackError) return error
    throw error
  }
}

class ScanThread {
  readonly #worker: Worker

  constructor(seed: bigint) {
    this.#worker = new Worker(new URL('./scan_thread.ts', import.meta.url), { workerData: seed })
  }

  /** Throws where the file cannot be read. */
  scan({ absolutePath, compression, form }: ScanRequest): Promise<ScannedFile | UnpackError | null> {
    return new Promise((resolve, reject) => {
      this.#worker.once('error', reject)
      this.#worker.once('message', (reply: ScanReply) => {
        this.#worker.off('error', reject)
        if ('error' in reply) reject(new Error(`${absolutePath}: ${reply.error}`))
        else resolve('damage' in reply ? new UnpackError(reply.damage) : reply.scanned)
      })
      this.#worker.postMessage({ absolutePath, compression, form } satisfies ScanRequest)
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
