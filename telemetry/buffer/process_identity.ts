import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Identifies a process, also among others that have had the same id. */
export interface ProcessIdentity {
  pid: number
  /** When it started, in the kernel's ticks since boot, base 36; `0` if the system does not say. */
  start: string
  /** The boot and the id namespace within which `pid` means something, as 8 hexadecimal digits. */
  scope: string
}

/** `foreign`: in another container or from before the last boot, so that its id has no meaning here. */
export type Liveness = 'alive' | 'dead' | 'foreign'

let own: ProcessIdentity | undefined

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  own ??= { pid: process.pid, start: readStart(process.pid)?.start ?? '0', scope: readScope() }
  return own
}

/** Whether a process still runs. */
export function livenessOf({ pid, start, scope }: ProcessIdentity): Liveness {
  if (scope !== ownIdentity().scope) return 'foreign'
  if (!answersSignals(pid)) return 'dead'
  const found = readStart(pid)
  if (found === null || start === '0') return 'alive'
  return found.start === start && !found.ended ? 'alive' : 'dead'
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Fields 3 (state) and 22 (start time) of /proc/PID/stat, counted after the name, which may hold anything. */
function readStart(pid: number): { start: string; ended: boolean } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { start: Number(fields[19]).toString(36), ended: fields[0] === 'Z' || fields[0] === 'X' }
  } catch {
    return null
  }
}

function readScope(): string {
  return createHash('sha256').update(readNamespace()).digest('hex').slice(0, 8)
}

function readNamespace(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1') + readlinkSync('/proc/self/ns/pid')
  } catch {
    return hostname()
  }
}
