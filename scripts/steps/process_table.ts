import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A process that runs; one that has ended but was not yet collected by its parent is none. */
export interface ProcessEntry {
  pid: number
  parentPid: number
  groupId: number
  /** The same as the group where the system does not tell. */
  sessionId: number
  /** When it started, in the words of the system: as pids are used again, only both together name a process. */
  started: string
  /** The command line, or only the program's name if the system does not tell more. */
  command: string
}

/** Every process that this user can see. */
export function listProcesses(): ProcessEntry[] {
  return process.platform === 'linux' ? listWithProc() : listWithPs()
}

/** The same by the means of every Unix; nothing where there is no `ps`. */
export function listWithPs(): ProcessEntry[] {
  const columns = ['pid', 'ppid', 'pgid', 'stat', 'lstart', 'command'].flatMap((name) => ['-o', `${name}=`])
  return runPs(['-A', ...columns])
    .split('\n')
    .flatMap((line) => {
      const [, pid, parentPid, groupId, state, started, command] =
        /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line) ?? []
      if (pid === undefined || isDead(state)) return []
      const group = Number(groupId)
      const ids = { pid: Number(pid), parentPid: Number(parentPid), groupId: group, sessionId: group }
      return [{ ...ids, started: started!, command: command! }]
    })
}

/** The fields of /proc/<pid>/stat from the state on, or null if there is no such process. */
export function readProcStat(pid: number | 'self'): string[] | null {
  const text = readIfPossible(`/proc/${pid}/stat`)
  // The name stands in parentheses before the state, and may hold blanks and parentheses of its own.
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** The variables that a process was started with, each ended by a NUL; empty if the system does not tell. */
export function readEnvironment(pid: number): string {
  return process.platform === 'linux' ? (readIfPossible(`/proc/${pid}/environ`) ?? '') : ''
}

function listWithProc(): ProcessEntry[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map((name) => readEntry(Number(name))).filter((entry) => entry !== null)
}

function readEntry(pid: number): ProcessEntry | null {
  const fields = readProcStat(pid)
  if (fields === null || isDead(fields[0])) return null
  return {
    pid,
    parentPid: Number(fields[1]),
    groupId: Number(fields[2]),
    sessionId: Number(fields[3]),
    started: fields[19]!,
    get command() {
      return (readIfPossible(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim()
    },
  }
}

function runPs(args: string[]): string {
  try {
    return execFileSync('ps', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
  } catch {
    return ''
  }
}

function isDead(state: string | undefined): boolean {
  return /^[ZX]/.test(state ?? '')
}

/** Processes end at any moment, and some belong to others. */
function readIfPossible(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
