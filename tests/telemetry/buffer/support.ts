import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Files } from '../../../telemetry/buffer/files.ts'
import { type BufferDeps, type BufferOptions, openBuffer } from '../../../telemetry/buffer/open_buffer.ts'
import { ownIdentity } from '../../../telemetry/buffer/process_identity.ts'
import { readBuffer } from '../../../telemetry/buffer/read_buffer.ts'
import { makeSegmentId } from '../../../telemetry/buffer/segment_name.ts'
import type { BufferedRecord, SampleBuffer } from '../../../telemetry/buffer/types.ts'
import { BufferConfig } from '../../../telemetry/config/schema.ts'
import { warnDaily } from '../../../telemetry/warn_daily.ts'

/** A folder that does not exist yet, in one that does. */
export function newFolder(): string {
  return join(mkdtempSync(join(tmpdir(), 'orch-buffer-')), 'buffer')
}

export interface Opened {
  buffer: SampleBuffer
  warnings: string[]
}

export function open(dir: string, options: Partial<BufferOptions> = {}, deps: Partial<BufferDeps> = {}): Opened {
  const warnings: string[] = []
  const buffer = openBuffer(
    { ...BufferConfig.parse({}), dir, ...options },
    { warn: warnDaily((text) => warnings.push(text)), ...deps },
  )
  return { buffer, warnings }
}

export async function readAll(dir: string): Promise<BufferedRecord[]> {
  const records: BufferedRecord[] = []
  for await (const record of readBuffer(dir)) records.push(record)
  return records
}

/** The jobs of the samples that lie in a buffer, in order. */
export async function readJobs(dir: string): Promise<string[]> {
  return (await readAll(dir)).flatMap((record) => (record.kind === 'sample' ? [record.event.job_id] : []))
}

export function listSegmentFiles(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
}

export function readSegmentTexts(dir: string): string[] {
  return listSegmentFiles(dir).map((name) => readFileSync(join(dir, name), 'utf8'))
}

let deadPid: number | undefined

/** The id of a process that has ended. */
export function findDeadPid(): number {
  deadPid ??= spawnSync(process.execPath, ['-e', '0']).pid
  return deadPid
}

/** Leaves an open segment behind as a process does that was killed. Returns its id. */
export function leaveOpenSegment(
  dir: string,
  text: string | Buffer,
  { sequence = 1, created_ms = Date.now() } = {},
): string {
  mkdirSync(dir, { recursive: true })
  const owner = { ...ownIdentity(), pid: findDeadPid(), start: '1' }
  const id = makeSegmentId(sequence, created_ms, owner, '0123abcd')
  writeFileSync(join(dir, `${id}.open.jsonl`), text)
  return id
}

/** A disk on which some operations are replaced. */
export function replaceFiles(files: Files, replaced: Partial<Files>): Files {
  return { ...files, ...replaced }
}

export function diskError(code: string): Error {
  return Object.assign(new Error(code), { code })
}
