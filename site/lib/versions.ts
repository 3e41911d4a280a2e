/** An engine version as reported, taken apart. */
export interface EngineVersion {
  /** What is ordered: `b6077`, `0.6.3.post2`. */
  release: string
  /** What a build is for, where the version names it: `vulkan` of `b6077+vulkan`. Empty where it does not. */
  variant: string
}

/** Words of a version in the order in which they come, by PEP 440; the release itself stands between `rc` and `post`. */
const WORDS = ['dev', 'alpha', 'a', 'beta', 'b', 'preview', 'pre', 'c', 'rc', '', 'post']

/** Takes a version apart. What follows a plus sign is the variant of the build, unless it is the hash of a commit. */
export function parseVersion(text: string): EngineVersion {
  const [release = '', local = ''] = text.split('+', 2)
  return { release, variant: /^g[0-9a-f]{6,}/.test(local) ? '' : local }
}

/** Whether a version tells when it came: `0.9.1`, `v1.2`, `b6077`; not `unknown`, `any`, `sha-11d7af7`. */
export function isOrdered(text: string): boolean {
  return /^[a-z]?\d/i.test(text)
}

/** Orders versions by release, oldest first, then by variant. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [parseVersion(a), parseVersion(b)]
  const [own, other] = [partsOf(x.release), partsOf(y.release)]
  for (let i = 0; i < Math.max(own.length, other.length); i++) {
    const order = compareParts(own[i], other[i])
    if (order !== 0) return order
  }
  return x.variant < y.variant ? -1 : x.variant > y.variant ? 1 : 0
}

function partsOf(release: string): string[] {
  return release.toLowerCase().match(/\d+|[a-z]+/g) ?? []
}

/** A number is later than a word that announces a release, and than nothing: 1.0.1 follows 1.0, which follows 1.0rc1. */
function compareParts(a = '', b = ''): number {
  const [isNumberA, isNumberB] = [/^\d/.test(a), /^\d/.test(b)]
  if (isNumberA && isNumberB) return Number(a) - Number(b)
  if (isNumberA !== isNumberB) return isNumberA ? 1 : -1
  return rankOf(a) - rankOf(b) || (a < b ? -1 : a > b ? 1 : 0)
}

function rankOf(word: string): number {
  const at = WORDS.indexOf(word)
  return at < 0 ? WORDS.indexOf('') : at
}
