import { createHash } from 'node:crypto'
import { type Catalog, NameIndex } from '../../contracts/index.ts'
import { catalogOf, monthsLearnt } from './dated_names.ts'

type Resolution = ReturnType<NameIndex['resolve']>
type RawNames = Parameters<NameIndex['resolve']>[0]

export type { Resolved, Unknown } from '../../contracts/index.ts'

/** The names of a catalogue, and what the cache knows the catalogue by. */
export class CatalogIndex extends NameIndex {
  /** A hash of the catalogue. */
  readonly fingerprint: string
  readonly #catalog: Catalog
  /** The months from which names count that did not before, in order. */
  readonly #learnt: string[]
  /** By how many of these months are over or running. */
  readonly #earlier = new Map<number, NameIndex>()

  constructor(catalog: Catalog) {
    super(catalog)
    this.fingerprint = createHash('sha256').update(JSON.stringify(catalog)).digest('hex')
    this.#catalog = catalog
    this.#learnt = monthsLearnt(catalog)
  }

  /**
   * The canonical entries, or every name that is not understood.
   *
   * @param month of the release, by whose names a sample goes; null where a row is of no release: by all names
   */
  override resolve(raw: RawNames, month: string | null = null): Resolution {
    const later = month === null ? 0 : this.#learnt.filter((since) => since > month).length
    return later === 0 ? super.resolve(raw) : this.#before(later, month!).resolve(raw)
  }

  #before(later: number, month: string): NameIndex {
    const index = this.#earlier.get(later) ?? new NameIndex(catalogOf(this.#catalog, month))
    this.#earlier.set(later, index)
    return index
  }
}
