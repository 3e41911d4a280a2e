/** The most warnings that one process prints: a production log must not fill up. */
const MAX_WARNINGS = 100

/** Wraps a function that prints warnings, so that equal warnings are printed once. */
export function warnOnce(warn: (text: string) => void): (text: string) => void {
  const warned = new Set<string>()
  return (text) => {
    if (warned.has(text) || warned.size >= MAX_WARNINGS) return
    warned.add(text)
    warn(text)
  }
}
