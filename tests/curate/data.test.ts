import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  BenchmarkRun,
  type Catalog,
  EngineCatalog,
  FeaturedCatalog,
  GpuCatalog,
  ModelCatalog,
  modelSlug,
  PriceCatalog,
  Source,
} from '../../contracts/index.ts'
import { NameIndex } from '../../contracts/name_index.ts'
import { findCatalogProblems } from '../../curate/lib/check_catalog.ts'
import { converterNames, readRows } from './fixture.ts'

const MEGABYTE = 1_000_000
const CURATED = 'data/curated'
const sources = readdirSync(CURATED).sort()

const read = (name: string): unknown => JSON.parse(readFileSync(`data/catalog/${name}.json`, 'utf8'))
const catalog: Catalog = {
  ...GpuCatalog.parse(read('gpus')),
  ...ModelCatalog.parse(read('models')),
  ...EngineCatalog.parse(read('engines')),
  ...PriceCatalog.parse(read('prices')),
}
const names = new NameIndex(catalog)

describe('data/catalog', () => {
  test('fits its contract, and every name leads to one entry', () => {
    expect(findCatalogProblems(catalog)).toEqual([])
  })

  test('features entries that it has, each under one name', () => {
    const featured = FeaturedCatalog.parse(read('featured'))
    const known = new Set([...catalog.gpus, ...catalog.models].map(({ id }) => id))
    const ids = [...featured.gpus, ...featured.models].flatMap((entry) => entry.ids)
    expect(ids.filter((id) => !known.has(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('slugs are those of the ids', () => {
    expect(catalog.models.filter(({ id, slug }) => slug !== modelSlug(id))).toEqual([])
  })

  test.each([
    'vllm',
    'llama.cpp',
    'ollama',
    'sglang',
    'tgi',
    'tensorrt-llm',
    'triton',
    'lm-studio',
    'nim',
  ])('knows the engine %s', (id) => {
    expect(catalog.engines.map((engine) => engine.id)).toContain(id)
  })
})

test('every converter has written its source', () => {
  expect(sources).toEqual(converterNames())
})

describe.each(sources)('data/curated/%s', (name) => {
  const folder = join(CURATED, name)
  const source = Source.parse(JSON.parse(readFileSync(join(folder, 'source.json'), 'utf8')))
  const files = readdirSync(folder).filter((file) => file !== 'source.json')
  const rows = files.flatMap((file) => readRows(join(folder, file)))

  test('holds row files under 10 MB only', () => {
    for (const file of files) {
      expect(file).toMatch(/^[a-z0-9][a-z0-9._-]*\.jsonl$/)
      expect(statSync(join(folder, file)).size, file).toBeLessThan(10 * MEGABYTE)
    }
  })

  test('every row is a BenchmarkRun with its keys in the order of the contract', () => {
    const order = Object.keys(BenchmarkRun.shape)
    for (const row of rows) {
      const result = BenchmarkRun.safeParse(row)
      if (!result.success) throw new Error(`${row.origin}: ${result.error.message}`)
      if (!isOrdered(Object.keys(row), order)) throw new Error(`${row.origin}: keys ${Object.keys(row).join(', ')}`)
    }
  })

  test('every row is understood, and says its names as the catalogue does', () => {
    const odd = new Set(rows.flatMap((row) => unfit(row)))
    expect([...odd]).toEqual(name === 'llmfit' ? ['qwen3.5'] : [])
  })

  test('no two rows have the same origin', () => {
    expect(new Set(rows.map((row) => row.origin)).size).toBe(rows.length)
  })

  test('source.json counts the rows, and its counts add up', () => {
    const dropped = source.rows.dropped.reduce((sum, entry) => sum + entry.rows, 0)
    expect(source.id).toBe(name)
    expect(source.rows.converted).toBe(rows.length)
    expect(source.rows.read).toBe(source.rows.converted + dropped)
    expect(new Set(rows.map((row) => row.measurement_type))).toEqual(new Set(source.measurement_types))
  })
})

/** The names of a row that the pipeline would not take, or would call otherwise. */
function unfit({ model_ref, gpu_name, engine, quantization }: BenchmarkRun): string[] {
  const found = names.resolve({ model_ref, gpu_name, engine, quantization })
  if ('unknown' in found) return found.unknown.map((unknown) => unknown.name)
  const { known } = found
  return [
    ...(known.listed && known.model.id === model_ref ? [] : [model_ref]),
    ...(known.gpu.name === gpu_name ? [] : [gpu_name]),
    ...(known.engine === engine ? [] : [engine]),
    ...(quantization === null || known.quantization === quantization ? [] : [quantization]),
  ]
}

test('data/curated stays under 35 MB', () => {
  const sizes = readdirSync(CURATED, { recursive: true, encoding: 'utf8' }).map((path) => statSync(join(CURATED, path)))
  const total = sizes.filter((entry) => entry.isFile()).reduce((sum, entry) => sum + entry.size, 0)
  expect(total).toBeLessThan(35 * MEGABYTE)
})

/** Whether the keys stand in the order of the contract; optional ones may be missing. */
function isOrdered(keys: readonly string[], order: readonly string[]): boolean {
  const positions = keys.map((key) => order.indexOf(key))
  return positions.every((position, index) => index === 0 || position > positions[index - 1]!)
}
