import { join } from 'node:path'
import { type Catalog, EngineCatalog, GpuCatalog, ModelCatalog, PriceCatalog } from '../contracts/index.ts'
import { findCatalogProblems } from './catalog/check.ts'
import { ENGINES } from './catalog/engines.ts'
import { type Facts, readFacts } from './catalog/facts.ts'
import { convertGpus } from './catalog/gpus.ts'
import { convertModels } from './catalog/models.ts'
import { convertPrices } from './catalog/prices.ts'
import { convertQuantizations } from './catalog/quantizations.ts'
import { parseCurateArgs } from './lib/args.ts'
import { writeJson } from './lib/files.ts'

const HELP = `
Usage: node curate/catalog.ts <facts-folder> [--out data]

Writes catalog/{gpus,models,engines,prices}.json of the data folder from gpus.json, models.json and prices.json of the
facts folder. Refuses to write if an id, a slug or an alias is not unique or a price has no GPU.
`

/** Builds the catalogue from gathered facts. Throws with every problem, one per line, if it is inconsistent. */
export function buildCatalog(facts: Facts): Catalog {
  const catalog: Catalog = {
    gpus: convertGpus(facts.gpus, facts.ambiguous_names),
    models: convertModels(facts.models),
    quantizations: convertQuantizations(facts.quantisations),
    engines: [...ENGINES],
    prices: convertPrices(facts.prices),
  }
  const problems = findCatalogProblems(catalog)
  if (problems.length > 0) throw new Error(`The catalogue is inconsistent:\n${problems.join('\n')}`)
  return catalog
}

/** Writes the four files of `<out>/catalog`, each checked against its contract first. */
export function writeCatalog(catalog: Catalog, out: string): void {
  const { gpus, models, quantizations, engines, prices } = catalog
  const files = {
    gpus: GpuCatalog.parse({ schema_version: 1, gpus }),
    models: ModelCatalog.parse({ schema_version: 1, models, quantizations }),
    engines: EngineCatalog.parse({ schema_version: 1, engines }),
    prices: PriceCatalog.parse({ schema_version: 1, prices }),
  }
  for (const [name, content] of Object.entries(files)) writeJson(join(out, 'catalog', `${name}.json`), content)
}

if (import.meta.main) {
  const { raw, out } = parseCurateArgs(process.argv.slice(2), HELP)
  const catalog = buildCatalog(readFacts(raw))
  writeCatalog(catalog, out)
  const counts = Object.entries(catalog).map(([name, entries]) => `${entries.length} ${name}`)
  process.stdout.write(`${counts.join(', ')} → ${join(out, 'catalog')}\n`)
}
