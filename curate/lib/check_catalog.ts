import { type Catalog, PATTERNS } from '../../contracts/index.ts'

/** An entry with the names under which it is looked up. */
interface Named {
  id: string
  name?: string
  aliases: readonly string[]
}

/**
 * The problems of a catalogue beyond its schema, one line each: repeated ids and slugs, a name of two entries, a price of an
 * unknown GPU, a format that is not listed. Empty if there are none.
 */
export function findCatalogProblems(catalog: Catalog): string[] {
  return [
    ...clashes('gpus', catalog.gpus),
    ...clashes('models', catalog.models),
    ...clashes('quantizations', catalog.quantizations),
    ...clashes('engines', catalog.engines),
    ...repeated(
      'model slug',
      catalog.models.map((model) => model.slug),
    ),
    ...unreportableNames(catalog),
    ...danglingPrices(catalog),
    ...danglingQuantizations(catalog),
  ]
}

function clashes(kind: string, entries: readonly Named[]): string[] {
  const owners = new Map<string, string>()
  const problems = repeated(
    `${kind} id`,
    entries.map((entry) => entry.id),
  )
  for (const entry of entries) {
    for (const text of new Set(
      [entry.id, entry.name ?? entry.id, ...entry.aliases].map((name) => name.toLowerCase()),
    )) {
      const owner = owners.get(text)
      if (owner !== undefined) problems.push(`${kind}: "${text}" means both ${owner} and ${entry.id}; keep it in one`)
      owners.set(text, entry.id)
    }
  }
  return problems
}

function repeated(what: string, values: readonly string[]): string[] {
  const seen = new Set<string>()
  return values.flatMap((value) => {
    if (seen.has(value)) return [`${what} "${value}" occurs twice; keep one entry`]
    seen.add(value)
    return []
  })
}

/** Curated rows name a GPU by its display name, so that must be a legal gpu_name. */
function unreportableNames(catalog: Catalog): string[] {
  const pattern = new RegExp(PATTERNS.gpu_name)
  return catalog.gpus.flatMap(({ id, name }) =>
    pattern.test(name) ? [] : [`gpu ${id}: the name "${name}" is not a legal gpu_name; leave out commas and slashes`],
  )
}

function danglingPrices(catalog: Catalog): string[] {
  const ids = new Set(catalog.gpus.map((gpu) => gpu.id))
  return catalog.prices.flatMap((price, index) =>
    ids.has(price.gpu_id) ? [] : [`prices[${index}]: no GPU has the id "${price.gpu_id}"`],
  )
}

function danglingQuantizations(catalog: Catalog): string[] {
  const ids = new Set(catalog.quantizations.map((entry) => entry.id))
  return catalog.models.flatMap(({ id, default_quantization, stored_quantization, tags = [] }) =>
    [default_quantization, stored_quantization, ...tags.map(({ quantization }) => quantization)].flatMap((label) =>
      label == null || ids.has(label) ? [] : [`model ${id}: "${label}" is not a known format`],
    ),
  )
}
