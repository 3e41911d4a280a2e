import { createHmac } from 'node:crypto'

/** 32 hexadecimal digits = 128 bits: no two of a contributor's samples collide, and lines stay short. */
const PSEUDONYM_DIGITS = 32

/**
 * The pseudonym of an id: HMAC-SHA256 under the local key, so that the same id has the same pseudonym on this host, but a guess
 * cannot be tested without the key. The scope separates the kinds of ids.
 */
export function pseudonymize(key: Buffer, scope: 'job' | 'tenant' | 'host', id: string): string {
  return createHmac('sha256', key).update(`${scope}\0${id}`).digest('hex').slice(0, PSEUDONYM_DIGITS)
}
