import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Facts, readFacts } from '../../curate/catalog/facts.ts'
import { buildCatalog, writeCatalog } from '../../curate/catalog.ts'
import { loadCatalogue } from '../../curate/lib/catalogue.ts'
import { fixture } from './fixture.ts'

const facts = readFacts(fixture('catalog'))
const catalog = buildCatalog(facts)
const out = mkdtempSync(join(tmpdir(), 'catalog-'))
afterAll(() => rmSync(out, { recursive: true }))

describe('GPUs', () => {
  const gpu = (id: string) => catalog.gpus.find((entry) => entry.id === id)

  test('aliases that repeat the name or each other but for case are written once', () => {
    expect(gpu('nvidia-h100-sxm5-80gb')?.aliases).toEqual(['NVIDIA H100 80GB HBM3'])
  })

  test('an ambiguous name is not an alias', () => {
    expect(gpu('nvidia-jetson-agx-orin-64gb')?.aliases).toEqual(['Jetson AGX Orin 64GB'])
  })

  test('a variant that reports its own name is an entry of its own', () => {
    expect(gpu('apple-m3-max-30gpu')).toMatchObject({
      bandwidth_gbps: 300,
      bandwidth_ceiling_gbps: 307.2,
      memory_gb: 96,
      aliases: ['Apple M3 Max 10P+4E+30GPU'],
    })
  })

  test('a power-capped H100 has no TDP', () => {
    expect(gpu('nvidia-h100-sxm5-80gb-pcap')).toMatchObject({ tdp_w: null, aliases: [], bandwidth_gbps: 3350 })
  })

  test('names are made valid as gpu_name', () => {
    expect(gpu('amd-radeon-780m')?.name).toBe('AMD Radeon 780M (Ryzen 7040 and 8040)')
  })
})

describe('models', () => {
  const model = (id: string) => catalog.models.find((entry) => entry.id === id)

  test('a dense model reads all its weights, a mixture only what is stated', () => {
    expect(model('hf:Qwen/Qwen3-8B')?.active_params_b).toBe(8.19)
    expect(model('hf:openai/gpt-oss-20b')?.active_params_b).toBe(3.6)
    expect(model('hf:badtheorylabs/BTL-4')?.active_params_b).toBeNull()
  })

  test('result files and machine labels are not aliases', () => {
    expect(model('hf:Qwen/Qwen3-8B')?.aliases).toEqual(['qwen3:8b'])
  })

  test('licences are not published', () => {
    expect(JSON.stringify(catalog)).not.toContain('apache')
  })
})

test('only rental prices are kept, their notes with the source', () => {
  expect(catalog.prices).toHaveLength(2)
  expect(catalog.prices[1]).toMatchObject({ gpu_id: 'nvidia-h100-sxm5-80gb', source: 'feed (cheapest offer)' })
})

describe('an inconsistent catalogue is refused', () => {
  test.each<[string, (facts: Facts) => void, string]>([
    [
      'a shared alias',
      ({ gpus }) => gpus[3]!.aliases.push('apple m3 MAX'),
      '"apple m3 max" means both amd-radeon-780m and apple-m3-max',
    ],
    ['a repeated id', ({ models }) => models.push(models[0]!), 'models id "hf:openai/gpt-oss-20b" occurs twice'],
    ['a price of no GPU', ({ prices }) => (prices[0]!.gpu = 'gone'), 'prices[0]: no GPU has the id "gone"'],
    ['a name that is not a gpu_name', ({ gpus }) => (gpus[0]!.name = 'H100 {x}'), 'is not a legal gpu_name'],
    ['an unknown default', ({ quantisations }) => quantisations.splice(3, 1), '"mxfp4" is not a known format'],
  ])('%s', (_name, spoil, message) => {
    const spoilt = structuredClone(facts)
    spoil(spoilt)
    expect(() => buildCatalog(spoilt)).toThrow(message)
  })
})

test('what is written can be looked up, whatever the case', () => {
  writeCatalog(catalog, out)
  const catalogue = loadCatalogue(out)
  expect(catalogue.gpu('nvidia h100 80gb hbm3')?.id).toBe('nvidia-h100-sxm5-80gb')
  expect(catalogue.quantization('f16')?.id).toBe('fp16')
  expect(catalogue.quantization('q4_k - medium')?.id).toBe('Q4_K_M')
  expect(catalogue.engine('llamacpp')).toBe('llama.cpp')
  expect(catalogue.gpu('Orin')).toBeNull()
})

test('writing twice gives the same bytes', () => {
  const read = () => readFileSync(join(out, 'catalog', 'gpus.json'), 'utf8')
  writeCatalog(catalog, out)
  const first = read()
  writeCatalog(buildCatalog(readFacts(fixture('catalog'))), out)
  expect(read()).toBe(first)
})
