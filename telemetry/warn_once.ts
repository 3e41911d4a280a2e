/** So many different warnings are said, then no more: a production log must not fill up. */
const MOST = 100

/** A way to say things that says the same thing once. */
export function warnOnce(say: (text: string) => void): (text: string) => void {
  const said = new Set<string>()
  return (text) => {
    if (said.has(text) || said.size >= MOST) return
    said.add(text)
    say(text)
  }
}
