import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { PackedFile } from '../read/unpack.ts'
import { type ScanOutcome, scanFile } from './scan_file.ts'
import { Scanner } from './scanner.ts'

type OnScanned = (index: number, outcome: ScanOutcome) => void | Promise<void>

/** So few bytes are read faster than threads start. */
const WORTH_A_THREAD = 100_000_000

/**
 * Scans files on all cores, in the order of the list; calls back with each outcome as it comes. Rejects where a file cannot be read; then all
 * threads have ended.
 *
 * @param worthAThread bytes from which on threads are started
 */
export async function scanAll(
  files: readonly (PackedFile & { bytes: number })[],
  onScanned: OnScanned,
  worthAThread = WORTH_A_THREAD,
): Promise<void> {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const count = bytes < worthAThread ? 0 : Math.min(availableParallelism(), files.length)
  if (count < 2) return scanHere(files, onScanned)
  const threads = Array.from({ length: count }, () => new ScanThread())
  const remaining = files.entries()
  const failures: unknown[] = []
  const scans = threads.map(async (thread) => {
    try {
      await scanRemaining(thread, remaining, onScanned)
    } catch (error) {
      failures.push(error)
      // The other threads need not go on.
      for (const other of threads) other.end()
    }
  })
  await Promise.all(scans)
  await Promise.all(threads.map((thread) => thread.end()))
  if (failures.length > 0) throw failures[0]
}

/** Scans one remaining file after the other; the thread is at the next one while the outcome of this one is looked at. */
async function scanRemaining(
  thread: ScanThread,
  remaining: Iterator<[number, PackedFile]>,
  onScanned: OnScanned,
): Promise<void> {
  const begin = () => {
    const { value, done } = remaining.next()
    if (done) return null
    const outcome = thread.scan(value[1])
    // Whoever waits for it hears of a failure; nobody may get that far.
    outcome.catch(() => {})
    return { index: value[0], outcome }
  }
  for (let scan = begin(); scan !== null; ) {
    const { index } = scan
    const outcome = await scan.outcome
    scan = begin()
    await onScanned(index, outcome)
  }
}

async function scanHere(files: readonly PackedFile[], onScanned: OnScanned): Promise<void> {
  const scanner = new Scanner()
  for (const [index, file] of files.entries()) await onScanned(index, await scanFile(file, scanner))
}

class ScanThread {
  readonly #worker = new Worker(new URL('./scan_thread.ts', import.meta.url))
  #reply: PromiseWithResolvers<ScanOutcome> | null = null

  constructor() {
    this.#worker.on('message', (outcome: ScanOutcome) => this.#reply?.resolve(outcome))
    this.#worker.on('error', (error) => this.#reply?.reject(error))
    this.#worker.on('exit', () => this.#reply?.reject(new Error('the thread ended')))
  }

  /** Rejects where the file cannot be read or the thread ends. */
  scan({ absolutePath, compression }: PackedFile): Promise<ScanOutcome> {
    this.#reply = Promise.withResolvers()
    this.#worker.postMessage({ absolutePath, compression } satisfies PackedFile)
    return this.#reply.promise
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
