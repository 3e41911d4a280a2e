import { parentPort } from 'node:worker_threads'
import type { PackedFile } from '../read/unpack.ts'
import { scanFile } from './scan_file.ts'
import { Scanner } from './scanner.ts'

const scanner = new Scanner()

// A file that cannot be read ends the thread.
parentPort?.on('message', async (file: PackedFile) => {
  const outcome = await scanFile(file, scanner)
  parentPort?.postMessage(outcome, outcome !== null && 'ids' in outcome ? [outcome.ids.buffer] : [])
})
