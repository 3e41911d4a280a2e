import type { BenchmarkRun } from '../../../contracts/index.ts'
import { createRandom, type Random } from '../../bench/random.ts'
import type { DataFolder } from './data_folder.ts'
import { aGpu, aModel, anEngine, aPrice, aRun, aSource } from './entries.ts'
import { GPU_NAMES, MODEL_NAMES } from './hostile_names.ts'

export interface LargeSize {
  models: number
  gpus: number
  /** Rows of the matrix: each is a page. */
  rows: number
  /** Published cells of a row: its versions and prompt sizes. */
  cellsPerRow: number
  /** Runs of a cell. */
  runsPerCell: number
}

/** 20,000 published cells, which make 3,000 pages. */
export const LARGE: LargeSize = { models: 320, gpus: 60, rows: 2556, cellsPerRow: 8, runsPerCell: 3 }

const ENGINES = ['vllm', 'llama.cpp', 'sglang', 'tensorrt-llm', 'ollama', 'mlx']
const FORMATS = ['Q4_K_M', 'fp16', 'fp8', 'MXFP4', 'awq-int4']
const PROMPTS = [100, 400, 1500]

/** A data folder of a given size, seeded. Figures are invented and only measure how fast the site is built; hostile names are among the others. */
export function largeData(size: LargeSize): DataFolder {
  const random = createRandom(11)
  const models = namesFor(size.models, Object.values(MODEL_NAMES), (i) => `Model ${i} Instruct`)
  const gpus = namesFor(size.gpus, Object.values(GPU_NAMES), (i) => `NVIDIA Card ${i}`)
  const runs = configurations(size, random).flatMap((configuration, i) => runsOf(configuration, i, size, random))
  return {
    catalog: {
      models: models.map((name, i) => aModel(`hf:org/m${i}`, `org--m${i}`, name, { params_b: 1 + i / 4 })),
      gpus: gpus.map((name, i) => aGpu(`g${i}`, name, { memory_gb: 8 * (1 + (i % 10)) })),
      quantizations: FORMATS.map((id) => ({ id, bits_per_weight: 4, aliases: [], source: 'Invented for a test.' })),
      engines: ENGINES.map((id) => anEngine(id, id)),
      prices: gpus.map((_, i) => aPrice(`g${i}`, 0.2 + i / 10)),
    },
    policy: { k: 5, min_samples: 30, bin_contributors: 3, bin_samples: 10, closed_through: 202610 },
    sources: [{ source: aSource('lab', runs.length), runs }],
    exports: [],
  }
}

function namesFor(count: number, hostile: readonly string[], plain: (i: number) => string): string[] {
  const odd = (i: number) => `${hostile[((i - 9) / 10) % hostile.length]!.slice(0, 90)} ${i}`
  return Array.from({ length: count }, (_, i) => (i % 10 === 9 ? odd(i) : plain(i)))
}

type Configuration = Pick<
  BenchmarkRun,
  'model_ref' | 'gpu_name' | 'engine' | 'quantization' | 'gpu_count' | 'measurement_type'
>

/** As many different configurations as there are rows. */
function configurations({ models, gpus, rows }: LargeSize, random: Random): Configuration[] {
  const made = new Map<string, Configuration>()
  while (made.size < rows) {
    const configuration: Configuration = {
      model_ref: `hf:org/m${made.size < models ? made.size : random.int(models)}`,
      gpu_name: `raw g${random.int(gpus)}`,
      engine: random.pick(ENGINES),
      quantization: random.pick(FORMATS),
      gpu_count: random.pick([1, 1, 1, 2, 4, 8]),
      measurement_type: random.pick(['single_stream', 'single_stream', 'batched_offline'] as const),
    }
    made.set(Object.values(configuration).join(' '), configuration)
  }
  return [...made.values()]
}

function runsOf(
  configuration: Configuration,
  row: number,
  { cellsPerRow, runsPerCell }: LargeSize,
  random: Random,
): BenchmarkRun[] {
  const speed = random.lognormal(60, 0.6)
  return Array.from({ length: cellsPerRow * runsPerCell }, (_, i) => {
    const cell = Math.floor(i / runsPerCell)
    return aRun(`runs.csv#${row * cellsPerRow * runsPerCell + i + 1}`, speed * random.lognormal(1, 0.1), {
      ...configuration,
      engine_version: `1.${Math.floor(cell / PROMPTS.length)}.0`,
      tokens_in: PROMPTS[cell % PROMPTS.length]!,
      first_token_ms: Number(random.lognormal(120, 0.4).toPrecision(3)),
      concurrency: configuration.measurement_type === 'single_stream' ? 1 : 8,
    })
  })
}
