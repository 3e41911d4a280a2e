import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Catalog } from '../../../contracts/index.ts'
import { loadCatalogue } from '../../../curate/lib/catalogue.ts'
import { findCatalogProblems } from '../../../curate/lib/check_catalog.ts'

const read = (name: string) => JSON.parse(readFileSync(join('data/catalog', `${name}.json`), 'utf8'))
const catalog: Catalog = { ...read('gpus'), ...read('models'), ...read('engines'), ...read('prices') }

test.each<[string, (catalog: Catalog) => void, string]>([
  [
    'an alias of two GPUs',
    ({ gpus }) => gpus[3]!.aliases.push(gpus[0]!.name.toUpperCase()),
    `means both ${catalog.gpus[0]!.id} and ${catalog.gpus[3]!.id}`,
  ],
  ['a repeated id', ({ models }) => models.push(models[0]!), `models id "${catalog.models[0]!.id}" occurs twice`],
  ['a price of no GPU', ({ prices }) => (prices[0]!.gpu_id = 'gone'), 'prices[0]: no GPU has the id "gone"'],
  ['a name that is not a gpu_name', ({ gpus }) => (gpus[0]!.name = 'H100 {x}'), 'is not a legal gpu_name'],
  ['an unknown default', ({ models }) => (models[0]!.default_quantization = 'Q9'), '"Q9" is not a known format'],
])('%s is found', (_, spoil, message) => {
  const spoilt = structuredClone(catalog)
  spoil(spoilt)
  expect(findCatalogProblems(spoilt).join('\n')).toContain(message)
})

test('names are looked up whatever the case, and an ambiguous one is none', () => {
  const catalogue = loadCatalogue('data')
  expect(catalogue.gpu('nvidia h100 80gb hbm3')?.id).toBe('nvidia-h100-sxm5-80gb')
  expect(catalogue.quantization('q4_k - medium')?.id).toBe('Q4_K_M')
  expect(catalogue.engine('llamacpp')).toBe('llama.cpp')
  expect(catalogue.gpu('Orin')).toBeNull()
})
