import type { BenchmarkRun } from '../../../contracts/index.ts'
import { createRandom } from '../../bench/random.ts'
import type { DataFolder } from './data_folder.ts'
import { aGpu, aModel, anEngine, aPrice, aRun, aSample, aSource } from './entries.ts'
import { ENGINE_NAMES, GPU_NAMES, LONGEST_VERSION, MODEL_NAMES, PROVIDER, SOURCE } from './hostile_names.ts'

/** The month of the shared samples: one that the policy below publishes. */
const MONTH = '2026-10'
const PLAIN_MODEL = 'hf:org/plain'

/** Contributors and speeds (tokens/s) of the shared configurations of one model: clearly apart, alike, too few to rank, too few to say anything. */
const CONFIGURATIONS = [
  { gpu: 'gpu-plain', version: '1.0.0', tps: 100, contributors: 10 },
  { gpu: 'gpu-plain', version: '1.1.0', tps: 80, contributors: 10 },
  { gpu: 'gpu-twin', version: '1.1.0', tps: 81, contributors: 10 },
  { gpu: 'gpu-markup', version: '1.1.0', tps: 40, contributors: 10 },
  { gpu: 'gpu-new', version: '1.1.0', tps: 120, contributors: 6 },
  { gpu: 'gpu-rare', version: '1.1.0', tps: 150, contributors: 4 },
] as const
const SAMPLES_EACH = 12

/**
 * A data folder with hostile names everywhere, and with community figures of every kind: ranked and apart, ranked and alike, provisional,
 * insufficient, and an update that made a configuration a fifth slower.
 */
export function hostileData(): DataFolder {
  const runs = hostileRuns()
  return {
    catalog: {
      gpus: Object.entries(GPU_NAMES).map(([id, name]) => aGpu(id, name, oddFacts(id))),
      models: Object.entries(MODEL_NAMES).map(([id, name]) => aModel(id, id.slice(3).replace('/', '--'), name)),
      quantizations: [{ id: 'Q4_K_M', bits_per_weight: 4.5, aliases: [], source: 'Invented for a test.' }],
      engines: Object.entries(ENGINE_NAMES).map(([id, name]) => anEngine(id, name)),
      prices: Object.keys(GPU_NAMES).map((id, i) => aPrice(id, 1 + i, { provider: PROVIDER, region: PROVIDER })),
    },
    // Lower than in the repository, so that figures of four contributors are published and have to be shown as what they are.
    policy: { k: 3, min_samples: 30, bin_contributors: 3, bin_samples: 10, closed_through: 202610 },
    sources: [{ source: hostileSource(runs.length), runs }],
    exports: sharedSamples(),
  }
}

function oddFacts(id: string) {
  return id === 'gpu-longest' ? { vendor: `v${'-long'.repeat(19)}`, memory_gb: null, tdp_w: null } : {}
}

function hostileSource(rows: number) {
  const flaw = { what: SOURCE.method.slice(0, 300), handling: SOURCE.attribution, rows: 1 }
  return aSource(SOURCE.id, rows, {
    ...SOURCE,
    flaws: [flaw],
    estimated: [{ field: '<b>field</b>', note: SOURCE.revision }],
    rows: { read: rows + 1, converted: rows, dropped: [{ reason: SOURCE.revision, rows: 1 }] },
  })
}

/** Every model on every GPU with every engine, some versions at their longest; enough runs for a distribution. */
function hostileRuns(): BenchmarkRun[] {
  const random = createRandom(5)
  const runs: BenchmarkRun[] = []
  for (const model_ref of Object.keys(MODEL_NAMES))
    for (const gpu of Object.keys(GPU_NAMES))
      for (const engine of Object.keys(ENGINE_NAMES)) {
        const speed = random.lognormal(60, 0.5)
        for (let i = 0; i < 6; i++) {
          const engine_version = engine === 'engine-longest' ? LONGEST_VERSION : '2.0.0'
          const over = { model_ref, gpu_name: `raw ${gpu}`, engine, engine_version, power_w: 250 }
          runs.push(aRun(`runs.csv#${runs.length + 1}`, speed * random.lognormal(1, 0.1), over))
        }
      }
  return runs
}

function sharedSamples(): DataFolder['exports'] {
  const people = Math.max(...CONFIGURATIONS.map(({ contributors }) => contributors))
  return Array.from({ length: people }, (_, person) => {
    const random = createRandom(100 + person)
    const own = random.lognormal(1, 0.02)
    const samples = CONFIGURATIONS.filter(({ contributors }) => person < contributors).flatMap(
      ({ gpu, version, tps }) =>
        Array.from({ length: SAMPLES_EACH }, () =>
          aSample(random.hex(32), tps * own * random.lognormal(1, 0.03), {
            model_ref: PLAIN_MODEL,
            gpu_name: `raw ${gpu}`,
            engine_version: version,
            first_token_ms: Number((8000 / tps).toPrecision(3)),
          }),
        ),
    )
    return { contributor: `person-${person}`, month: MONTH, samples }
  })
}
