import { existsSync, readFileSync } from 'node:fs'

/** The catalogue that the package carries, which is fewer folders up in the sources than in the compiled package. */
const FOLDERS = ['../data/catalog/', '../../../data/catalog/']

/** A file of the catalogue of models, GPUs and engines, parsed but not checked. */
export function readCatalogFile(name: 'models' | 'gpus' | 'engines'): unknown {
  const folder = FOLDERS.map((path) => new URL(path, import.meta.url)).find((path) => existsSync(path))
  if (!folder) throw new Error('orch: expected data/catalog beside the program, found none. Install orch again.')
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
}
