import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What names of models are found by; where they are from, and all else of the catalogue, is not needed in the package. */
const KEYS = {
  models: [
    'id',
    'slug',
    'name',
    'aliases',
    'tags',
    'params_b',
    'active_params_b',
    'default_quantization',
    'stored_quantization',
  ],
  quantizations: ['id', 'aliases', 'bits_per_weight'],
  engines: ['id', 'name', 'aliases'],
}

const ROOT = join(import.meta.dirname, '..')
const TARGET = join(ROOT, 'dist/orch/data/catalog')

mkdirSync(TARGET, { recursive: true })
for (const file of ['models.json', 'engines.json']) {
  const catalog: Record<string, object[]> = JSON.parse(readFileSync(join(ROOT, 'data/catalog', file), 'utf8'))
  const lists = Object.entries(KEYS).filter(([list]) => catalog[list] !== undefined)
  const packed = lists.map(([list, keys]) => [list, catalog[list]!.map((entry) => pick(entry, keys))])
  writeFileSync(join(TARGET, file), JSON.stringify(Object.fromEntries(packed)))
}

function pick(entry: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => keys.includes(key)))
}
