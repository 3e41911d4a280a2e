import { readAt } from './changes.ts'

const FILES = {
  'data/catalog/gpus.json': ['gpus'],
  'data/catalog/models.json': ['models', 'quantizations'],
  'data/catalog/engines.json': ['engines'],
} as const

/** An entry of the catalogue, as far as the rules need it. */
export interface CatalogEntry {
  id: string
  /** Aliases, tags and shared names. */
  names: string[]
  since?: string | undefined
  names_since?: Record<string, string> | undefined
}

/**
 * The entries of the catalogue in a commit or tree, by list and id. The rules run before anything is installed, so that the whole contract is left to the
 * pipeline.
 *
 * @throws Error if a file is damaged
 */
export function readEntries(tree: string): Map<string, CatalogEntry> {
  const entries = Object.entries(FILES).flatMap(([path, lists]) => {
    const text = readAt(tree, path)
    const file = text === null ? {} : (parse(path, text) as Record<string, RawEntry[] | undefined>)
    return lists.flatMap((list) => (file[list] ?? []).map((entry) => [`${list} ${entry.id}`, describe(entry)] as const))
  })
  return new Map(entries)
}

interface RawEntry {
  id: string
  aliases?: string[]
  tags?: { tag: string }[]
  shared_names?: string[]
  since?: string
  names_since?: Record<string, string>
}

function describe({ id, aliases = [], tags = [], shared_names = [], since, names_since }: RawEntry): CatalogEntry {
  return { id, names: [...aliases, ...tags.map(({ tag }) => tag), ...shared_names], since, names_since }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${path}: expected valid JSON, found: ${(cause as Error).message}`, { cause })
  }
}
