import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Catalog, EngineCatalog, GpuCatalog, ModelCatalog, PriceCatalog } from '../../contracts/index.ts'

/** A file of data/ that is not JSONL and does not hold what it must. Its message lists every problem. */
export class DataFileError extends Error {}

/** Reads the four files of data/catalog. Throws DataFileError. */
export function readCatalog(dataDir: string): Catalog {
  const read = <T>(name: string, schema: z.ZodType<T>) => readJson(join(dataDir, 'catalog', name), schema)
  return {
    ...strip(read('gpus.json', GpuCatalog)),
    ...strip(read('models.json', ModelCatalog)),
    ...strip(read('engines.json', EngineCatalog)),
    ...strip(read('prices.json', PriceCatalog)),
  }
}

/** Reads one JSON file against its schema. Throws DataFileError with the path, every place, expectation and finding. */
export function readJson<T>(path: string, schema: z.ZodType<T>): T {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new DataFileError(
      `${path}: expected valid JSON, found: ${(cause as Error).message}. Fix: correct or restore the file.`,
      { cause },
    )
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new DataFileError(`${path}: does not fit its contract:\n${z.prettifyError(result.error)}`)
}

function strip<T extends { schema_version: 1 }>({ schema_version: _, ...rest }: T): Omit<T, 'schema_version'> {
  return rest
}
