import { parentPort, workerData } from 'node:worker_threads'
import { UnpackError } from '../read/unpack.ts'
import { type ScanRequest, scanFile } from './scan_file.ts'
import type { ScanReply } from './scan_pool.ts'
import { ScannerSet } from './scanner.ts'

const scanners = new ScannerSet(workerData as bigint)

/** A thread that scans one file after the other. */
parentPort?.on('message', async (request: ScanRequest) => {
  const reply = await scan(request)
  parentPort?.postMessage(reply, 'scanned' in reply && reply.scanned ? [reply.scanned.ids.buffer] : [])
})

async function scan(request: ScanRequest): Promise<ScanReply> {
  try {
    return { scanned: await scanFile(request, scanners) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return error instanceof UnpackError ? { damage: message } : { error: message }
  }
}
