import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LINE_BYTES } from '../../contracts/limits.ts'
import type { JsonlSinkConfig } from '../config/schema.ts'
import type { Sink, SinkBatch, SinkResult } from './types.ts'

const BATCH_SAMPLES = 500
const BATCH_BYTES = 1_000_000
const INTERVAL_MS = 1000
const NEWLINE = 0x0a

/**
 * Appends samples to a file, one JSON text per line, and rotates it. A batch is accepted when it is on the disk. The file is
 * opened for each batch, so that it may be moved or deleted at any time.
 */
export function createJsonlSink(config: JsonlSinkConfig): Sink {
  return {
    name: 'jsonl',
    form: config.form,
    max_samples: BATCH_SAMPLES,
    max_bytes: Math.min(BATCH_BYTES, config.max_bytes),
    interval_ms: INTERVAL_MS,
    send: (batch) => send(config, batch),
    close: async () => undefined,
  }
}

async function send(config: JsonlSinkConfig, { lines }: SinkBatch): Promise<SinkResult> {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
  try {
    await mkdir(dirname(config.path), { recursive: true, mode: 0o700 })
    await appendOrRotate(config, bytes)
    return { kind: 'accepted' }
  } catch (error) {
    return { kind: 'retry', why: `${config.path}: expected to append samples, found ${describe(error)}` }
  }
}

async function appendOrRotate(config: JsonlSinkConfig, bytes: Buffer): Promise<void> {
  const handle = await open(config.path, 'a+', 0o600)
  let rotate: boolean
  try {
    const size = await dropTornLine(handle)
    rotate = size > 0 && size + bytes.length > config.max_bytes
    if (!rotate) await appendWhole(handle, bytes, size)
  } finally {
    await handle.close()
  }
  if (!rotate) return
  await rotateFiles(config)
  await appendOrRotate(config, bytes)
}

/** Appends the batch whole or not at all, unless the process is killed meanwhile. */
async function appendWhole(handle: FileHandle, bytes: Buffer, size: number): Promise<void> {
  try {
    await handle.writeFile(bytes)
    await handle.datasync()
  } catch (error) {
    await handle.truncate(size).catch(() => undefined)
    throw error
  }
}

/**
 * Removes the torn line that a killed process left, which would otherwise run together with the next one. Its sample was not
 * accepted, so it is sent again. Returns the size of the file.
 */
async function dropTornLine(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat()
  const from = Math.max(0, size - LINE_BYTES)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from)
  const end = bytesRead === 0 ? 0 : buffer.lastIndexOf(NEWLINE, bytesRead - 1) + 1
  const whole = from + end
  if (whole === size) return size
  if (end === 0 && from > 0) throw new Error('a file whose last line is longer than any sample: move it elsewhere')
  await handle.truncate(whole)
  return whole
}

/** Deletes path.N, renames path.1 to path.2 and path to path.1. */
async function rotateFiles({ path, keep }: JsonlSinkConfig): Promise<void> {
  if (keep === 0) return rm(path, { force: true })
  for (let at = keep; at > 0; at -= 1) {
    const from = at === 1 ? path : `${path}.${at - 1}`
    await rename(from, `${path}.${at}`).catch(ignoreMissing)
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}
