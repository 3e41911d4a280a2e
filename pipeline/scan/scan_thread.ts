import { parentPort } from 'node:worker_threads'
import { type PackedFile, UnpackError } from '../read/unpack.ts'
import { scanFile } from './scan_file.ts'
import type { ScanReply } from './scan_pool.ts'
import { Scanner } from './scanner.ts'

const scanner = new Scanner()

/** A thread that scans one file after the other. */
parentPort?.on('message', async (file: PackedFile) => {
  const reply = await scan(file)
  parentPort?.postMessage(reply, 'scanned' in reply && reply.scanned ? [reply.scanned.ids.buffer] : [])
})

async function scan(file: PackedFile): Promise<ScanReply> {
  try {
    return { scanned: await scanFile(file, scanner) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return error instanceof UnpackError ? { damage: message } : { error: message }
  }
}
