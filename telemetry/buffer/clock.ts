/** The two clocks of a process, in ms. Only the wall clock can jump. */
export interface Clock {
  /** Milliseconds since 1970. */
  wall(): number
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number
}

export const systemClock: Clock = { wall: Date.now, monotonic: () => performance.now() }

/** How far the wall clock may run ahead of the monotonic one: room for corrections and drift. */
const SLACK_MS = 3_600_000

/**
 * The wall clock, clamped to the time that has passed on the monotonic clock: a wall clock that is set ahead while the process
 * runs does not make samples look old enough to be deleted. (A host that slept looks the same; its samples are kept longer.)
 */
export function clampedWallClock(clock: Clock): () => number {
  const wall = clock.wall()
  const monotonic = clock.monotonic()
  return () => Math.min(clock.wall(), wall + (clock.monotonic() - monotonic) + SLACK_MS)
}
