import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import {
  AnonymizedExport,
  BenchmarkRun,
  EngineCatalog,
  FeaturedCatalog,
  GpuCatalog,
  Manifest,
  ModelCatalog,
  PriceCatalog,
  PublicationDiff,
  Source,
  TABLES,
  TelemetryEvent,
  Withdrawn,
} from './index.ts'

/** The generated files of this folder by name. */
const SCHEMAS: Record<string, z.ZodType> = {
  telemetry_event: TelemetryEvent,
  anonymized_export: AnonymizedExport,
  benchmark_run: BenchmarkRun,
  source: Source,
  catalog_gpus: GpuCatalog,
  catalog_models: ModelCatalog,
  catalog_engines: EngineCatalog,
  catalog_prices: PriceCatalog,
  catalog_featured: FeaturedCatalog,
  manifest: Manifest,
  withdrawn: Withdrawn,
  publication_diff: PublicationDiff,
  ...Object.fromEntries(Object.entries(TABLES).map(([name, schema]) => [`table_${name}`, schema])),
}

/** The JSON Schema (2020-12) files that the contracts generate, by file name. */
export function generateSchemas(): Map<string, string> {
  const files = new Map<string, string>()
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    const { $schema, ...body } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' })
    const document = { $schema, $id: `${name}.schema.json`, ...body }
    files.set(`${name}.schema.json`, `${JSON.stringify(document, null, 2)}\n`)
  }
  return files
}

/** Names of generated files in `folder` whose content is not current. */
export function staleSchemas(folder: string): string[] {
  return [...generateSchemas()].filter(([name, text]) => read(join(folder, name)) !== text).map(([name]) => name)
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

if (import.meta.main) {
  for (const [name, text] of generateSchemas()) writeFileSync(join(import.meta.dirname, name), text)
}
