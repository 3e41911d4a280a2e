/** The two clocks of a process, in ms. Only the first one can leap. */
export interface Clock {
  /** Milliseconds since 1970. */
  wall(): number
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number
}

export const systemClock: Clock = { wall: Date.now, monotonic: () => performance.now() }

/** How far the wall clock may run ahead of the monotonic one before it is no longer believed: corrections and drift. */
const SLACK_MS = 3_600_000

/**
 * The wall clock as far as it can be believed when samples are to be deleted for their age: a clock that is set ahead
 * while the process runs makes nothing older than it is. (A host that slept shows the same; its samples live longer.)
 */
export function believableClock(clock: Clock): () => number {
  const wall = clock.wall()
  const monotonic = clock.monotonic()
  return () => Math.min(clock.wall(), wall + (clock.monotonic() - monotonic) + SLACK_MS)
}
