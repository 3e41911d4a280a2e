import type { Identity } from './types.ts'

/** Digits of a hash that are kept: 160 bits. */
const DIGITS = 40

/**
 * Identifies measurements by the content of their rows. It is the row and not the file that counts: tools append to their output files, and
 * what was exported before must keep its identity.
 */
export class Identities {
  /** Rows hold the measurements of thousands of requests: each is hashed once. */
  readonly #hashes = new Map<unknown, Promise<string>>()

  async identify({ tool, parts }: Identity): Promise<string> {
    const names = await Promise.all(parts.map(async ({ row, number }) => `${await this.#hash(row)}.${number}`))
    return `${tool}:${names.join('-')}`
  }

  #hash(row: unknown): Promise<string> {
    const known = this.#hashes.get(row)
    if (known) return known
    const hash = hashContent(row)
    this.#hashes.set(row, hash)
    return hash
  }
}

async function hashContent(row: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(row))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, DIGITS)
}
