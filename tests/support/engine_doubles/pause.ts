import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `performance.now()` has reached `deadline`, without using the processor meanwhile. */
export async function pauseUntil(deadline: number): Promise<void> {
  for (let left = deadline - performance.now(); left > 0; left = deadline - performance.now())
    await sleep(Math.ceil(left))
}
