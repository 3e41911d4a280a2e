import { readFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { scanBytes } from './scan_bytes.ts'
import type { ScanReply, ScanRequest } from './scan_pool.ts'

/** A thread that scans one file after the other. */
parentPort?.on('message', ({ path, form }: ScanRequest) => {
  parentPort?.postMessage(scan(path, form))
})

function scan(path: string, form: ScanRequest['form']): ScanReply {
  try {
    return { groups: scanBytes(readFileSync(path), form) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
