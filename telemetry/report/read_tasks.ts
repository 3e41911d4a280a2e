import type { FileHandle } from 'node:fs/promises'
import { EXITS } from '../../contracts/fields.ts'
import type { TelemetryEvent } from '../../contracts/index.ts'
import { systemFiles } from '../buffer/files.ts'
import { NEWLINE } from '../buffer/newlines.ts'
import { openSegment } from '../buffer/read_segment.ts'
import { listSegments, sizeSegments } from '../buffer/segments.ts'

/** What a report reads of a sample. */
export type ReportedTask = Pick<
  TelemetryEvent,
  | 'model_ref'
  | 'engine'
  | 'engine_version'
  | 'gpu_name'
  | 'gpu_count'
  | 'vram_total_mb'
  | 'vram_used_mb_peak'
  | 'tokens_in'
  | 'tokens_out'
  | 'first_token_ms'
  | 'decode_time_ms'
  | 'exit'
  | 'quantization'
  | 'measurement_type'
  | 'concurrency'
  | 'output_tps'
  | 'cold_start'
  | 'error_code'
  | 'pieces'
  | 'timing_source'
  | 'streamed'
  | 'host_id'
>

export interface ReadSpan {
  /** ms since 1970. */
  from: number
  to: number
}

export interface TasksRead {
  tasks: number
  unreadable: number
}

/** More than any record takes; what is longer is none. */
const CHUNK_BYTES = 1_048_576

/**
 * Calls `onTask` with each sample of the buffers that ended within the span, with its time in ms since 1970. Reads line by line, so that
 * memory does not grow with the buffer. It trusts that what is there was written by the recorder, and checks only what it uses: validating a
 * million lines against the contract takes longer than reading them.
 *
 * @param goOn asked after each chunk of some hundred lines; what it resolves to ends the reading or lets it go on
 */
export async function readTasks(
  folders: readonly string[],
  span: ReadSpan,
  onTask: (task: ReportedTask, at: number) => void,
  goOn: () => Promise<boolean> = async () => true,
): Promise<TasksRead> {
  const read: TasksRead = { tasks: 0, unreadable: 0 }
  for (const dir of folders) {
    const segments = await sizeSegments(systemFiles, await listSegments(systemFiles, dir), Date.now())
    for (const segment of segments) {
      if (segment.modified_ms < span.from) continue
      const handle = await openSegment(systemFiles, segment)
      if (!handle) continue
      try {
        const isWhole = await eachLine(handle, (text) => readTask(text, span, read, onTask), goOn)
        if (!isWhole) return read
      } finally {
        await handle.close()
      }
    }
  }
  return read
}

/**
 * Calls `onLine` with every whole line of a file: a chunk is decoded at once, as one call for each line takes as long as reading it. Resolves
 * to false if `goOn` ended the reading.
 */
async function eachLine(
  handle: FileHandle,
  onLine: (text: string) => void,
  goOn: () => Promise<boolean>,
): Promise<boolean> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  for (let position = 0, held = 0; ; ) {
    const { bytesRead } = await handle.read(chunk, held, CHUNK_BYTES - held, position)
    if (bytesRead === 0) return true
    position += bytesRead
    const filled = held + bytesRead
    const end = chunk.subarray(0, filled).lastIndexOf(NEWLINE)
    if (end > 0) for (const line of chunk.toString('utf8', 0, end).split('\n')) onLine(line)
    // A line that fills the chunk is no record: what follows it cannot be read either, and is counted as one.
    held = end === -1 && filled === CHUNK_BYTES ? 0 : filled - end - 1
    chunk.copyWithin(0, filled - held, filled)
    if (!(await goOn())) return false
  }
}

function readTask(
  text: string,
  { from, to }: ReadSpan,
  read: TasksRead,
  onTask: (task: ReportedTask, at: number) => void,
) {
  const task = parseTask(text)
  if (task === null) {
    read.unreadable++
    return
  }
  const at = Date.parse(task.ts)
  if (!(at >= from && at < to)) return
  read.tasks++
  onTask(task, at)
}

function parseTask(text: string): TelemetryEvent | null {
  try {
    const value = JSON.parse(text) as TelemetryEvent
    return isTask(value) ? value : null
  } catch {
    return null
  }
}

const EXIT_SET: ReadonlySet<unknown> = new Set(EXITS)

function isTask(value: TelemetryEvent | null): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof value.ts === 'string' &&
    typeof value.model_ref === 'string' &&
    typeof value.engine === 'string' &&
    typeof value.engine_version === 'string' &&
    typeof value.tokens_in === 'number' &&
    typeof value.tokens_out === 'number' &&
    EXIT_SET.has(value.exit)
  )
}
