/** An engine version as it was reported, taken apart. */
export interface EngineVersion {
  /** What has a place in the order of releases, in lower case and without a leading v: `b6077`, `0.6.3.post2`. */
  release: string
  /** The build or backend, where the version names one: `vulkan` of `b6077+vulkan`. Part of the configuration, never a step of versions. */
  variant: string
  /** The sort key of the release, equal for `0.9` and `v0.9.0`; null where the text tells no order (commits, `unknown`, `any`). */
  order: readonly bigint[] | null
}

/** A reported version with the place of its release among the releases of its engine. */
export interface OrderedVersion {
  version: string
  /** One text for all spellings of a release. */
  release: string
  variant: string
  /** 1 for the oldest release; null where the version tells no order. */
  ordinal: number | null
}

/**
 * Takes a version apart: PEP 440 (`0.9.0rc1`, `0.6.3.post2.dev308`), the tags of semantic versions (`0.5.8-rc3`), build numbers (`b6077`)
 * and what `git describe` adds. The hash of a commit neither orders nor makes a variant.
 */
export function parseVersion(text: string): EngineVersion {
  const [named = '', ...added] = text.toLowerCase().split('+')
  const local = readLocal(added.join('+'))
  const stated = isCommit(named) && !/^b\d+$/.test(named) ? undefined : readPublic(named)
  if (!stated) return unordered(named, local.variant)
  const build = local.build === undefined ? [] : local.build.split('.')
  return {
    release: stated.release + (local.build === undefined ? '' : `+${local.build}`),
    variant: [stated.variant, local.variant].filter(Boolean).join('+'),
    order: [...stated.order, ...build.map(BigInt)],
  }
}

/** Whether a version has a place in the order of releases: `0.9.1`, `v1.2`, `b6077`; not `unknown`, `any`, `sha-11d7af7`. */
export function isOrdered(text: string): boolean {
  return parseVersion(text).order !== null
}

/** Below 0 where release `a` came before `b`, 0 where they are one release (of any variant), null where one of them tells no order. */
export function compareVersions(a: string, b: string): number | null {
  const [own, other] = [parseVersion(a).order, parseVersion(b).order]
  return own && other && compareOrders(own, other)
}

/** Sorts any versions for display: those without an order first, then by release, variant and text. */
export function byVersion(a: string, b: string): number {
  const [own, other] = [parseVersion(a), parseVersion(b)]
  return (
    compareOrders(own.order ?? [], other.order ?? []) || compareTexts(own.variant, other.variant) || compareTexts(a, b)
  )
}

/** The different versions of one engine in the order of `byVersion`, with the places of their releases. */
export function orderVersions(versions: Iterable<string>): OrderedVersion[] {
  const sorted = [...new Set(versions)].sort(byVersion)
  const known = new Map<string, { release: string; ordinal: number }>()
  return sorted.map((version) => {
    const { release, variant, order } = parseVersion(version)
    if (!order) return { version, release, variant, ordinal: null }
    const key = order.join('.')
    const place = known.get(key) ?? { release, ordinal: known.size + 1 }
    known.set(key, place)
    return { version, variant, ...place }
  })
}

interface PublicPart {
  release: string
  variant: string
  order: bigint[]
}

/** Stages of a release, oldest first, as PEP 440 has them; `nightly` builds are development builds. */
const STAGES: Readonly<Record<string, Stage>> = {
  dev: 'dev',
  nightly: 'dev',
  a: 'a',
  alpha: 'a',
  b: 'b',
  beta: 'b',
  c: 'rc',
  pre: 'rc',
  preview: 'rc',
  rc: 'rc',
  post: 'post',
  r: 'post',
  rev: 'post',
}
type Stage = 'dev' | 'a' | 'b' | 'rc' | 'post'
type Stages = Partial<Record<Stage, bigint>>

const NUMBERS = /^[a-z]?(\d+(?:\.\d+)*)/
const STAGE = /^[._-]?(alpha|a|beta|b|preview|pre|rc|c|dev|nightly|post|rev|r)(?:[._-]?(\d+)|(?![a-z0-9]))/
/** Commits since a tag, or the post-release of PEP 440 without its word: `-12`. Longer ones are hashes or dates. */
const COUNT = /^-(\d{1,6})(?!\d)/
const SEGMENT = /^[._-]([a-z0-9]+)/

/** The part before the plus sign; undefined where it is no release. */
function readPublic(text: string): PublicPart | undefined {
  const numbers = NUMBERS.exec(text)
  if (!numbers) return undefined
  const stages: Stages = {}
  let [spelled, rest] = [numbers[0], text.slice(numbers[0].length)]
  while (rest !== '') {
    const part = readSuffix(rest)
    if (!part) break
    rest = rest.slice(part.length)
    if (!part.stage) continue
    if (stages[part.stage] !== undefined) return undefined
    stages[part.stage] = part.number
    spelled = text.slice(0, text.length - rest.length)
  }
  const variant = rest === '' ? '' : /^[._-]([a-z].*)$/.exec(rest)?.[1]
  if (variant === undefined) return undefined
  return { release: spelled.replace(/^v/, ''), variant, order: toOrder(numbers[1]!, stages) }
}

/** The first suffix of what follows the numbers: a stage, or the hash of a commit, which has none. */
function readSuffix(rest: string): { length: number; stage?: Stage; number: bigint } | undefined {
  const segment = SEGMENT.exec(rest)
  if (segment && (isCommit(segment[1]!) || /^\d{7,}$/.test(segment[1]!)))
    return { length: segment[0].length, number: 0n }
  const stage = STAGE.exec(rest)
  if (stage) return { length: stage[0].length, stage: STAGES[stage[1]!]!, number: BigInt(stage[2] ?? 0) }
  const count = COUNT.exec(rest)
  return count ? { length: count[0].length, stage: 'post', number: BigInt(count[1]!) } : undefined
}

/**
 * Numbers without closing zeros, −1 as their end (so that 0.9 comes before 0.9.1 and whatever its stage), then the stage: announced as a, b
 * or rc, with its number; post-release; development build, which comes before what it leads to.
 */
function toOrder(numbers: string, { dev, a, b, rc, post }: Stages): bigint[] {
  const parts = numbers.split('.').map(BigInt)
  while (parts.length > 1 && parts.at(-1) === 0n) parts.pop()
  const announced = a ?? b ?? rc
  const isBareDev = announced === undefined && post === undefined && dev !== undefined
  const rank = a !== undefined ? 1n : b !== undefined ? 2n : rc !== undefined ? 3n : isBareDev ? 0n : 4n
  return [
    ...parts,
    -1n,
    rank,
    announced ?? 0n,
    post === undefined ? 0n : post + 1n,
    dev === undefined ? 1n : 0n,
    dev ?? 0n,
  ]
}

/** The part after the plus sign: numbers count builds of one release (`0.3.5+2`), commits and the date of a dirty tree tell nothing. */
function readLocal(text: string): { variant: string; build?: string } {
  const words = text.split('.').filter((word) => word !== '' && !isCommit(word) && !/^d\d{8}$/.test(word))
  const isBuild = words.length > 0 && words.every((word) => /^\d+$/.test(word))
  return isBuild ? { variant: '', build: words.join('.') } : { variant: words.join('.') }
}

/** `sha-11d7af7-rocm` is a commit with a variant; other texts are left whole. */
function unordered(named: string, local: string): EngineVersion {
  const [, commit, backend] = /^((?:sha-?|g)?[0-9a-f]{6,40})[._-]([a-z].*)$/.exec(named) ?? []
  return { release: commit ?? named, variant: [backend, local].filter(Boolean).join('+'), order: null }
}

/** The hash of a commit: `g151ef4ef`, or seven hexadecimal digits or more with a letter among them. */
function isCommit(text: string): boolean {
  return /^g[0-9a-f]{6,40}$/.test(text) || (/^[0-9a-f]{7,40}$/.test(text) && /[a-f]/.test(text))
}

function compareOrders(a: readonly bigint[], b: readonly bigint[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [own, other] = [a[i] ?? -2n, b[i] ?? -2n]
    if (own !== other) return own < other ? -1 : 1
  }
  return 0
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
