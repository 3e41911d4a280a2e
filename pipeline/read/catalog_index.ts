import { createHash } from 'node:crypto'
import { type Catalog, NameIndex } from '../../contracts/index.ts'

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

const LISTS = ['gpus', 'models', 'quantizations', 'engines'] as const
type Dated = Catalog[(typeof LISTS)[number]][number]

/** The months from which a catalogue has names that it did not have before, in order. */
function monthsLearnt(catalog: Catalog): string[] {
  const entries = LISTS.flatMap((list): readonly Dated[] => catalog[list])
  const months = entries.flatMap(({ since, names_since = {} }) => [
    ...(since ? [since] : []),
    ...Object.values(names_since),
  ])
  return [...new Set(months)].sort()
}

/** A catalogue without the entries and names that count only for later months. */
function catalogOf(catalog: Catalog, month: string): Catalog {
  const kept = <T extends Dated>(entries: T[]) =>
    entries.filter(({ since }) => since === undefined || since <= month).map((entry) => withoutLater(entry, month))
  return {
    ...catalog,
    gpus: kept(catalog.gpus),
    models: kept(catalog.models),
    quantizations: kept(catalog.quantizations),
    engines: kept(catalog.engines),
  }
}

function withoutLater<T extends Dated>(entry: T, month: string): T {
  const { names_since: since } = entry
  if (since === undefined) return entry
  const counts = (name: string) => !Object.hasOwn(since, name) || since[name]! <= month
  return {
    ...entry,
    aliases: entry.aliases.filter(counts),
    ...('tags' in entry && { tags: entry.tags?.filter(({ tag }) => counts(tag)) }),
    ...('shared_names' in entry && { shared_names: entry.shared_names?.filter(counts) }),
  }
}
