/** Waits for a promise, but at most `ms`; without a promise, waits `ms`. Keeps the process alive meanwhile. */
export async function within(ms: number, promise?: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  try {
    await (promise ? Promise.race([promise, timeout]) : timeout)
  } finally {
    clearTimeout(timer)
  }
}
