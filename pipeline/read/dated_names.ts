import type { Catalog } from '../../contracts/index.ts'

const LISTS = ['gpus', 'models', 'quantizations', 'engines'] as const
type Dated = Catalog[(typeof LISTS)[number]][number]

/** The months from which a catalogue has names that it did not have before, in order. */
export function monthsLearnt(catalog: Catalog): string[] {
  const entries = LISTS.flatMap((list): readonly Dated[] => catalog[list])
  const months = entries.flatMap(({ since, names_since = {} }) => [
    ...(since ? [since] : []),
    ...Object.values(names_since),
  ])
  return [...new Set(months)].sort()
}

/** A catalogue without the entries and names that count only for later months. */
export function catalogOf(catalog: Catalog, month: string): Catalog {
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
