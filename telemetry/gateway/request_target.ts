/**
 * Path and query of a request target (RFC 9112, section 3.2). Null for the authority and asterisk forms, and for a path whose `..`
 * would lead an engine that resolves it out of the base path of its upstream.
 */
export function toOriginForm(target: string): string | null {
  const path = target.startsWith('/') ? target : pathOfUrl(target)
  return path === null || climbsOut(path) ? null : path
}

function pathOfUrl(target: string): string | null {
  if (!/^(https?|wss?):\/\//i.test(target)) return null
  const slash = target.indexOf('/', target.indexOf('//') + 2)
  return slash < 0 ? '/' : target.slice(slash)
}

function climbsOut(path: string): boolean {
  if (!/\.\.|%2e/i.test(path)) return false
  let depth = 0
  for (const segment of path
    .split(/[?#]/, 1)[0]!
    .split(/[/\\]|%2f|%5c/i)
    .slice(1)) {
    const plain = segment.replaceAll(/%2e/gi, '.')
    if (plain === '..') depth -= 1
    else if (plain !== '.' && plain !== '') depth += 1
    if (depth < 0) return true
  }
  return false
}
