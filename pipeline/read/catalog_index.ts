import { createHash } from 'node:crypto'
import { type Catalog, NameIndex } from '../../contracts/index.ts'

export type { RawNames, Resolved, Unknown } from '../../contracts/index.ts'

/** The names of a catalogue, and what the cache knows the catalogue by. */
export class CatalogIndex extends NameIndex {
  /** A hash of the catalogue. */
  readonly fingerprint: string

  constructor(catalog: Catalog) {
    super(catalog)
    this.fingerprint = createHash('sha256').update(JSON.stringify(catalog)).digest('hex')
  }
}
