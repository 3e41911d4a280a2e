import { readProcStat } from './process_table.ts'

/** The kernel counts for programs in hundredths of a second, whatever its own clock (USER_HZ). */
const TICKS_PER_SECOND = 100

/**
 * CPU time, user and system, that this process and all its ended descendants have used, in seconds; null where the system
 * does not tell (elsewhere than on Linux). A descendant counts when its parent has collected it; one that lost its parent does not.
 */
export function readCpuSeconds(): number | null {
  const fields = readProcStat('self')
  if (fields === null) return null
  // utime, stime, cutime, cstime of proc(5)
  const ticks = fields.slice(11, 15).map(Number)
  return ticks.reduce((sum, count) => sum + count, 0) / TICKS_PER_SECOND
}
