import { createHash, randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { z } from 'zod'
import { PATTERNS } from '../../contracts/index.ts'
import { errorCode, type Files, FOLDER_MODE, orNull, replaceFile, systemFiles } from '../buffer/files.ts'
import { withLock } from '../buffer/lock.ts'

const Token = z.strictObject({
  /** Names the token where it is listed and revoked; not secret. */
  id: z.string().regex(/^[0-9a-f]{8}$/),
  contributor: z.string().regex(new RegExp(PATTERNS.slug)),
  /** SHA-256 of the token. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  created: z.iso.datetime(),
  expires: z.iso.datetime().nullable(),
})

/** The file of tokens cannot be used; the message says which file, why, and what to do. */
export class TokenFileError extends Error {}

const TokenFile = z.strictObject({ schema_version: z.literal(1), tokens: z.array(Token) })
export type CollectToken = z.infer<typeof Token>

/** How often a running collector looks whether the file has changed. */
const RELOAD_MS = 1000

/** The file of a collector's tokens, of which only hashes are stored. */
export class Tokens {
  readonly #path: string
  readonly #files: Files
  #byHash = new Map<string, CollectToken>()
  #stamp = ''
  #loaded: Promise<void> = Promise.resolve()
  #checked_at = Number.NEGATIVE_INFINITY

  constructor(path: string, files: Files = systemFiles) {
    this.#path = path
    this.#files = files
  }

  /** A token's entry; `expired` or `unknown` if it has none. Follows changes of the file within a second. Rejects as `check`. */
  async find(token: string, now_ms: number): Promise<CollectToken | 'expired' | 'unknown'> {
    await this.check()
    const known = this.#byHash.get(hashOf(token))
    if (!known) return 'unknown'
    const isExpired = known.expires !== null && Date.parse(known.expires) <= now_ms
    return isExpired ? 'expired' : known
  }

  /** @throws TokenFileError if the file cannot be read or is not one of tokens */
  async list(): Promise<CollectToken[]> {
    const text = await this.#read(() => this.#files.readFile(this.#path, 'utf8'))
    if (text === null) return []
    const parsed = TokenFile.safeParse(parseJson(text))
    if (parsed.success) return parsed.data.tokens
    const { path, message } = parsed.error.issues[0]!
    const found = path.length === 0 ? 'other text' : `${path.join('.')}: ${message}`
    throw new TokenFileError(
      `${this.#path}: expected a file of tokens, found ${found}. Restore it, or delete it and make new tokens.`,
    )
  }

  /** Makes a token and returns it: the only time that it can be seen. */
  async create(contributor: string, expires: string | null, now: Date): Promise<{ id: string; token: string }> {
    const token = `orch_${randomBytes(24).toString('base64url')}`
    const id = randomBytes(4).toString('hex')
    const entry = { id, contributor, hash: hashOf(token), created: now.toISOString(), expires }
    await this.#change((tokens) => [...tokens, Token.parse(entry)])
    return { id, token }
  }

  /** Revokes the token of an id, or all tokens of a contributor; returns how many. */
  async revoke(name: string): Promise<number> {
    let revoked = 0
    await this.#change((tokens) => {
      const kept = tokens.filter(({ id, contributor }) => id !== name && contributor !== name)
      revoked = tokens.length - kept.length
      return kept
    })
    return revoked
  }

  /** Two commands at once change the file one after the other, so that neither undoes what the other did. */
  async #change(change: (tokens: CollectToken[]) => CollectToken[]): Promise<void> {
    await this.#files.mkdir(dirname(this.#path), { recursive: true, mode: FOLDER_MODE })
    await withLock(this.#files, `${this.#path}.lock`, async () => {
      const tokens = change(await this.list())
      await replaceFile(this.#files, this.#path, `${JSON.stringify({ schema_version: 1, tokens }, null, 1)}\n`)
    })
  }

  /** The result of reading; null where there is no file. */
  async #read<T>(operation: () => Promise<T>): Promise<T | null> {
    try {
      return await orNull(operation())
    } catch (cause) {
      const why = errorCode(cause)
      throw new TokenFileError(
        `${this.#path}: expected a file that this user can read, found ${why}. Fix its place or its owner.`,
        { cause },
      )
    }
  }

  /**
   * Looks at the file, at most once a second; all that ask at once wait for the same look.
   *
   * @throws TokenFileError if it cannot be used: nobody is known then, for it may have revoked anyone
   */
  check(): Promise<void> {
    const now = performance.now()
    if (now - this.#checked_at < RELOAD_MS) return this.#loaded
    this.#checked_at = now
    this.#loaded = this.#load()
    return this.#loaded
  }

  async #load(): Promise<void> {
    const found = await this.#read(() => this.#files.stat(this.#path))
    const stamp = found === null ? 'none' : `${found.mtimeMs} ${found.size}`
    if (stamp === this.#stamp) return
    this.#byHash = new Map((await this.list()).map((token) => [token.hash, token]))
    this.#stamp = stamp
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
