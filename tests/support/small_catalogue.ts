import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Entry {
  id: string
}
interface Price {
  gpu_id: string
}

/** What the made-up corpora of the tests name. */
const MODELS = new Set([
  'hf:meta-llama/Llama-3.1-8B-Instruct',
  'hf:meta-llama/Meta-Llama-3-70B',
  'hf:openai/gpt-oss-120b',
  'hf:openai/gpt-oss-20b',
  'hf:Qwen/Qwen3-30B-A3B',
])
const GPUS = new Set([
  'amd-rx-7900-xtx',
  'nvidia-a100-sxm4-40gb',
  'nvidia-a100-sxm4-80gb',
  'nvidia-h100-sxm5-80gb',
  'nvidia-rtx-3090',
  'nvidia-rtx-4090',
])

/**
 * Puts the entries of the repository's catalogue that made-up corpora name into a data folder. Every build reads and indexes its whole
 * catalogue, which takes longer than some hundred samples. Throws if the catalogue has no such entry any more.
 */
export function addSmallCatalogue(dataDir: string): void {
  const { models, ...otherModels } = read<{ models: Entry[] }>('models')
  const { gpus, ...otherGpus } = read<{ gpus: Entry[] }>('gpus')
  const { prices, ...otherPrices } = read<{ prices: Price[] }>('prices')
  mkdirSync(join(dataDir, 'catalog'), { recursive: true })
  write(dataDir, 'models', { ...otherModels, models: keep(models, MODELS) })
  write(dataDir, 'gpus', { ...otherGpus, gpus: keep(gpus, GPUS) })
  write(dataDir, 'prices', { ...otherPrices, prices: prices.filter(({ gpu_id }) => GPUS.has(gpu_id)) })
  write(dataDir, 'engines', read('engines'))
}

function keep(entries: Entry[], ids: ReadonlySet<string>): Entry[] {
  const kept = entries.filter(({ id }) => ids.has(id))
  if (kept.length !== ids.size) throw new Error(`data/catalog: expected ${[...ids]}, found ${kept.map(({ id }) => id)}`)
  return kept
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join('data/catalog', `${name}.json`), 'utf8')) as T
}

function write(dataDir: string, name: string, content: unknown): void {
  writeFileSync(join(dataDir, 'catalog', `${name}.json`), JSON.stringify(content))
}
