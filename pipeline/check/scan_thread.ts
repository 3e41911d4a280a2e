import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import type { ScanReply, ScanRequest } from './scan_pool.ts'
import { ScannerSet } from './scanner.ts'

const scanners = new ScannerSet()

/** A thread that scans one file after the other. */
parentPort?.on('message', (request: ScanRequest) => {
  parentPort?.postMessage(scan(request))
})

function scan({ path, form }: ScanRequest): ScanReply {
  try {
    return { groups: scanners.of(form).scan(readInto(path)) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

/** Kept from file to file: fresh memory for each costs as much as reading it. */
let memory = Buffer.allocUnsafeSlow(32_000_000)

/** The content of a file, valid until the next one is read. */
function readInto(path: string): Buffer {
  const descriptor = openSync(path, 'r')
  try {
    const { size } = fstatSync(descriptor)
    if (size > memory.length) memory = Buffer.allocUnsafeSlow(size)
    let length = 0
    for (let read = -1; read !== 0 && length < size; length += read)
      read = readSync(descriptor, memory, length, size - length, length)
    return memory.subarray(0, length)
  } finally {
    closeSync(descriptor)
  }
}
