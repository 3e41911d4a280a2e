import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import {
  type Catalog,
  EngineCatalog,
  FeaturedCatalog,
  GpuCatalog,
  ModelCatalog,
  Policy,
  PriceCatalog,
  type Thresholds,
} from '../../contracts/index.ts'
import { ExplainedError } from '../lib/run_main.ts'

/** The files of data/catalog. What is featured orders pages and tells no figure; a folder need not have it. */
export const CATALOG_FILES = ['gpus.json', 'models.json', 'engines.json', 'prices.json', 'featured.json'] as const

/** Reads the files of data/catalog. Throws ExplainedError. */
export function readCatalog(dataDir: string): Catalog {
  const pathOf = (name: (typeof CATALOG_FILES)[number]) => join(dataDir, 'catalog', name)
  const read = <T extends { schema_version: 1 }>(name: (typeof CATALOG_FILES)[number], schema: z.ZodType<T>) => {
    const { schema_version: _, ...rest } = readJson(pathOf(name), schema)
    return rest
  }
  return {
    ...read('gpus.json', GpuCatalog),
    ...read('models.json', ModelCatalog),
    ...read('engines.json', EngineCatalog),
    ...read('prices.json', PriceCatalog),
    ...(existsSync(pathOf('featured.json')) && { featured: read('featured.json', FeaturedCatalog) }),
  }
}

/** Reads one JSON file against its schema. Throws ExplainedError with the path, every place, expectation and finding. */
export function readJson<T>(path: string, schema: z.ZodType<T>): T {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new ExplainedError(
      `${path}: expected valid JSON, found: ${(cause as Error).message}. Fix: correct or restore the file.`,
      { cause },
    )
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new ExplainedError(`${path}: does not fit its contract:\n${z.prettifyError(result.error)}`)
}

/** The thresholds of data/policy.json; a private build has none. */
export function readPolicy(dataDir: string, audience: 'public' | 'private'): Thresholds {
  const policy = readJson(join(dataDir, 'policy.json'), Policy)
  return audience === 'public'
    ? policy
    : { k: 1, min_samples: 1, bin_contributors: 1, bin_samples: 1, closed_through: 999912 }
}
