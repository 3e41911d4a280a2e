import { readFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { scanBytes } from './scan_bytes.ts'
import type { ScanReply, ScanRequest } from './scan_pool.ts'

/** A thread that scans one file after the other. */
parentPort?.on('message', ({ path, kind }: ScanRequest) => {
  parentPort?.postMessage(scan(path, kind))
})

function scan(path: string, kind: ScanRequest['kind']): ScanReply {
  try {
    return { groups: scanBytes(readFileSync(path), kind) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
