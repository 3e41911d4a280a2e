import { createHash } from 'node:crypto'
import { type Catalog, NameIndex, type RawNames, type Resolved, type Unknown } from '../../contracts/index.ts'

export type { RawNames, Resolved, Unknown } from '../../contracts/index.ts'

/** The names of a catalogue, and what the cache knows the catalogue by. */
export class CatalogIndex extends NameIndex {
  /** A hash of the catalogue. */
  readonly fingerprint: string

  constructor(catalog: Catalog) {
    super(catalog)
    this.fingerprint = createHash('sha256').update(JSON.stringify(catalog)).digest('hex')
  }

  /** Only listed models have a row in the published tables. */
  override resolve(raw: RawNames): { known: Resolved } | { unknown: Unknown[] } {
    const resolution = super.resolve(raw)
    if ('unknown' in resolution || resolution.known.listed) return resolution
    return { unknown: [{ what: 'model', name: raw.model_ref, why: 'unknown', candidates: [] }] }
  }
}
