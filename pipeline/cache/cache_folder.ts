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
  utimesSync,
} from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { crc32 } from 'node:zlib'
import { ExplainedError } from '../lib/run_main.ts'
import { codeVersion } from './code_version.ts'

/** Where commands keep what they computed, unless told otherwise. Relative to the folder that npm runs them in. */
export const DEFAULT_CACHE = 'node_modules/.cache/orch-pipeline'

/** What no build used for so long goes. */
const UNUSED_MS = 24 * 3_600_000

/** What an entry begins with; behind it stands a value in V8's own form, in which arrays of numbers stay what they are. */
const CHECKSUM_BYTES = 4

/**
 * A folder of results that can always be computed again. Entries are written aside and renamed, carry a checksum, and are ignored where they
 * are damaged; names say what they were computed from, so that two builds at once write the same.
 */
export class CacheFolder {
  readonly #folder: string | null

  /** @param folder null to keep nothing. Throws ExplainedError where it cannot be written to. */
  constructor(folder: string | null) {
    this.#folder = folder
    if (folder !== null) openFolder(folder)
  }

  /** Whether later builds will read it. */
  get isKept(): boolean {
    return this.#folder !== null
  }

  /** A name for what is computed from `inputs` by this version of the code. */
  nameOf(what: string, ...inputs: (string | Uint8Array)[]): string {
    if (!this.isKept) return what
    const hash = createHash('sha256').update(codeVersion())
    for (const input of inputs) hash.update(`\n${Buffer.byteLength(input)}\n`).update(input)
    return `${what}-${hash.digest('hex')}`
  }

  /** Where an entry lies, or would, if a folder is kept. */
  pathOf(name: string): string {
    return join(this.#folder!, name)
  }

  /** Whether there is an entry. Counts as a use of it. */
  has(name: string): boolean {
    const exists = this.isKept && existsSync(this.pathOf(name))
    if (exists) utimesSync(this.pathOf(name), new Date(), new Date())
    return exists
  }

  /** The names of the last entries of a kind, the newest first. */
  newest(what: string, most: number): string[] {
    const names = this.#list().filter((name) => name.startsWith(`${what}-`) && !name.endsWith('.part'))
    const ages = new Map(names.map((name) => [name, this.#age(name)]))
    return names.sort((a, b) => ages.get(a)! - ages.get(b)! || (a < b ? -1 : 1)).slice(0, most)
  }

  /** The value of an entry, as it was written under this name; null if no entry is whole. */
  read<T>(name: string): T | null {
    try {
      if (!this.has(name)) return null
      const bytes = readFileSync(this.pathOf(name))
      const content = bytes.subarray(CHECKSUM_BYTES)
      return bytes.readUInt32LE(0) === crc32(content) ? (deserialize(content) as T) : null
    } catch {
      return null
    }
  }

  /** Writes an entry where later builds will read it. A full or read-only disk only costs them their time. */
  async write(name: string, value: unknown): Promise<void> {
    if (!this.isKept) return
    const path = this.pathOf(name)
    const aside = `${path}.${randomBytes(6).toString('hex')}.part`
    try {
      const content = serialize(value)
      const checksum = Buffer.alloc(CHECKSUM_BYTES)
      checksum.writeUInt32LE(crc32(content))
      await writeFile(aside, Buffer.concat([checksum, content]), { mode: 0o600 })
      renameSync(aside, path)
    } catch {
      rmSync(aside, { force: true })
    }
  }

  /** Removes what no build used for a day. */
  removeUnused(): void {
    for (const name of this.#list()) if (this.#age(name) > UNUSED_MS) rmSync(this.pathOf(name), { force: true })
  }

  #list(): string[] {
    return this.#folder === null ? [] : readdirSync(this.#folder)
  }

  #age(name: string): number {
    return Date.now() - (statSync(this.pathOf(name), { throwIfNoEntry: false })?.mtimeMs ?? 0)
  }
}

function openFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw new ExplainedError(
      `${folder}: expected a folder for the cache that can be written to, found: ${(cause as Error).message}. Fix: name another with --cache, or build with --no-cache.`,
      { cause },
    )
  }
}
