import { createHash, randomBytes } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ExplainedError } from '../lib/run_main.ts'
import { codeVersion } from './code_version.ts'
import { decodeEntry, encodeEntry } from './entry.ts'

/** Something that the cache held at the start of a build is gone or damaged: the build starts again without it. */
export class CacheLost extends Error {}

/** Builds whose entries are kept. */
const KEPT_BUILDS = 4
/** An entry this young may belong to a build that still runs. */
const YOUNG_MS = 3_600_000

/**
 * A folder of results that can always be computed again. Entries are written aside and renamed, carry a checksum, and are ignored where they
 * are damaged; names say what they were computed from, so that two builds at once write the same. What the last four builds did not use goes.
 * Where it is not kept it only has room for what does not fit into memory.
 */
export class CacheFolder {
  /** Whether later builds will read it. */
  readonly isKept: boolean
  readonly #folder: string
  readonly #used = new Set<string>()

  constructor(folder: string, isKept: boolean) {
    this.#folder = folder
    this.isKept = isKept
    if (isKept) openFolder(folder)
    else mkdirSync(folder, { recursive: true })
  }

  /** A name for what is computed from `inputs` by this version of the code. */
  nameOf(what: string, ...inputs: string[]): string {
    const hash = createHash('sha256').update(JSON.stringify([codeVersion(), ...inputs]))
    return `${what}-${hash.digest('hex')}`
  }

  /** A name that no other entry has. */
  freshName(what: string): string {
    return `${what}-${randomBytes(32).toString('hex')}`
  }

  /** Where an entry lies, or would. Counts as a use of it. */
  use(name: string): string {
    this.#used.add(name)
    return join(this.#folder, name)
  }

  /** Whether there is an entry. Counts as a use of it. */
  has(name: string): boolean {
    return existsSync(this.use(name))
  }

  /** The names of all entries of a kind, the newest first. */
  list(what: string): string[] {
    return this.#newestFirst(what, readdirSync(this.#folder))
  }

  #newestFirst(what: string, entries: readonly string[]): string[] {
    const names = entries.filter((name) => name.startsWith(`${what}-`) && !name.endsWith('.part'))
    const ages = new Map(names.map((name) => [name, modified(join(this.#folder, name))]))
    return names.sort((a, b) => ages.get(b)! - ages.get(a)! || (a < b ? -1 : 1))
  }

  /** The value of an entry, as it was written under this name; null if no entry is whole. */
  read<T>(name: string): T | null {
    if (!this.isKept) return null
    try {
      const value = decodeEntry(readFileSync(join(this.#folder, name)))
      if (value === undefined) return null
      this.#used.add(name)
      return value as T
    } catch {
      return null
    }
  }

  /** Writes an entry where later builds will read it. A full or read-only disk only costs them their time. */
  async write(name: string, value: unknown): Promise<void> {
    if (!this.isKept) return
    const path = this.use(name)
    const aside = `${path}.${randomBytes(6).toString('hex')}.part`
    try {
      await writeFile(aside, encodeEntry(value), { mode: 0o600 })
      renameSync(aside, path)
    } catch {
      rmSync(aside, { force: true })
    }
  }

  /** Removes all entries of a kind. */
  remove(what: string): void {
    for (const name of this.list(what)) rmSync(join(this.#folder, name), { force: true })
  }

  /** Notes what this build used, and removes what none of the last builds did. */
  async close(): Promise<void> {
    if (!this.isKept) return
    const name = this.freshName('build')
    await this.write(name, [...this.#used])
    const entries = readdirSync(this.#folder)
    const builds = this.#newestFirst('build', entries).slice(0, KEPT_BUILDS)
    const kept = new Set(builds)
    for (const build of builds) {
      const used = this.read<string[]>(build)
      if (Array.isArray(used)) for (const entry of used) kept.add(entry)
    }
    const youngest = Date.now() - YOUNG_MS
    for (const entry of entries) {
      if (kept.has(entry)) continue
      const isOld = entry.startsWith('build-') || modified(join(this.#folder, entry)) < youngest
      if (isOld) rmSync(join(this.#folder, entry), { force: true })
    }
  }
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** Makes the folder. Throws ExplainedError where it cannot be written to. */
function openFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    const { message } = cause as Error
    throw new ExplainedError(
      `${folder}: expected a folder for the cache that can be written to, found: ${message}. Fix: name another with --cache, or build with --no-cache.`,
      { cause },
    )
  }
}
