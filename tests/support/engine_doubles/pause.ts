import { setImmediate as yieldToLoop } from 'node:timers/promises'

/** Timers may fire this much late: the rest of a pause is waited for without one. In ms. */
const TIMER_SLACK_MS = 2.5
/** The last stretch is spun through, so that a set time is kept to a fraction of a millisecond. In ms. */
const SPIN_MS = 0.3

/** Waits until `performance.now()` reaches `deadline`, as exactly as the event loop allows. */
export async function pauseUntil(deadline: number): Promise<void> {
  const sleep = deadline - performance.now() - TIMER_SLACK_MS
  if (sleep > 1) await new Promise((resolve) => setTimeout(resolve, sleep))
  while (deadline - performance.now() > SPIN_MS) await yieldToLoop()
  while (performance.now() < deadline);
}
