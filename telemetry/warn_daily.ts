/** The most different warnings that one process prints: a production log must not fill up. */
const MAX_WARNINGS = 100
const DAY_MS = 86_400_000

/** Wraps a function that prints warnings: an equal one is printed once a day, so that trouble that lasts is told again. */
export function warnDaily(
  warn: (text: string) => void,
  now: () => number = () => performance.now(),
): (text: string) => void {
  const told = new Map<string, number>()
  return (text) => {
    const before = told.get(text)
    const isOld = before !== undefined && now() - before < DAY_MS
    if (isOld || (before === undefined && told.size >= MAX_WARNINGS)) return
    told.set(text, now())
    try {
      warn(text)
    } catch {
      // A logger of the host that fails must not break what is logged.
    }
  }
}
