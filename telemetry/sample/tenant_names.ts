import { pseudonymize } from '../anonymise/pseudonym.ts'
import { matchForm } from './clean_labels.ts'

const ANONYMOUS = 'anon'
const PSEUDONYM = /^anon:[0-9a-f]{8,64}$/
/** Size of the cache of pseudonyms; an HMAC costs more than the rest of a sample's labels together. */
const CACHE_SIZE = 1000

/** How tenants are recorded. */
export interface TenantPolicy {
  /** Whether ids may be recorded raw. */
  raw: boolean
  /** The local key. */
  key: Buffer
}

/**
 * Gives tenants the names under which they are recorded: `anon` without a tenant, else the pseudonym under the local key, or, with
 * the raw policy, the id itself if the contract allows its characters.
 */
export class TenantNames {
  readonly #policy: TenantPolicy
  readonly #pseudonyms = new Map<string, string>()

  constructor(policy: TenantPolicy) {
    this.#policy = policy
  }

  nameOf(id: unknown): string {
    if (typeof id !== 'string' || id === '' || id === ANONYMOUS) return ANONYMOUS
    if (PSEUDONYM.test(id)) return id
    if (this.#policy.raw && matchForm('tenant_id', id) !== undefined) return id
    return this.#pseudonyms.get(id) ?? this.#makePseudonym(id)
  }

  #makePseudonym(id: string): string {
    const name = `${ANONYMOUS}:${pseudonymize(this.#policy.key, 'tenant', id)}`
    if (this.#pseudonyms.size >= CACHE_SIZE) this.#pseudonyms.clear()
    this.#pseudonyms.set(id, name)
    return name
  }
}
