import { errorCode } from './files.ts'
import type { DropReason } from './types.ts'

/** Why samples that could not be written are dropped. */
export type WriteErrorKind = Extract<DropReason, 'disk_full' | 'disk_error'>

export function classifyWriteError(error: unknown): WriteErrorKind {
  const code = errorCode(error)
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'disk_full' : 'disk_error'
}

/** The warning for the operator; the same text for the same kind of error. */
export function describeWriteError(dir: string, error: unknown, max_pending: number): string {
  return (
    `telemetry buffer ${dir}: expected to write samples, found ${describeCause(error)}. ` +
    `Up to ${max_pending.toLocaleString('en')} samples are held in memory, then the oldest are dropped and counted; tasks are not affected. ` +
    adviseOn(error)
  )
}

export function describeMaintenanceError(dir: string, error: unknown): string {
  return (
    `telemetry buffer ${dir}: expected to close and delete segments, found ${describeCause(error)}. ` +
    'Samples are recorded all the same; the buffer may grow beyond its limits. Make the folder and its files writable for this user.'
  )
}

function describeCause(error: unknown): string {
  const code = errorCode(error)
  return `${CAUSES[code] ?? (error instanceof Error ? error.message : String(error))} (${code})`
}

const CAUSES: Record<string, string> = {
  ENOSPC: 'a full disk',
  EDQUOT: 'the disk quota used up',
  EROFS: 'a read-only file system',
  EACCES: 'a folder that may not be written',
  EPERM: 'a folder that may not be written',
  ENOTDIR: 'a file where a folder should be',
  EEXIST: 'a file where a folder should be',
  EIO: 'a failing disk',
}

function adviseOn(error: unknown): string {
  if (classifyWriteError(error) === 'disk_full') return 'Free space, or set telemetry.buffer.dir to a folder elsewhere.'
  if (errorCode(error) === 'EUNSAFE')
    return 'Give it to this user alone (chmod 700), or set telemetry.buffer.dir to a new folder.'
  return 'Make the folder writable, or set telemetry.buffer.dir to a folder that is.'
}
