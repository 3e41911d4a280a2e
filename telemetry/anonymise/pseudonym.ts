import { createHmac } from 'node:crypto'

/** 32 hexadecimal digits = 128 bits: no two of a contributor's samples collide, and lines stay short. */
const PSEUDONYM_DIGITS = 32

/**
 * The name under which an id leaves the host: HMAC-SHA256 under the local key, so that the same id gives the same
 * pseudonym on this host and nobody without the key can test a guess. The scope keeps kinds of ids apart.
 */
export function pseudonymize(key: Buffer, scope: 'job' | 'tenant' | 'host', id: string): string {
  return createHmac('sha256', key).update(`${scope}\0${id}`).digest('hex').slice(0, PSEUDONYM_DIGITS)
}
