import type { CatalogueGpu, CatalogueModel, Facts } from '../../../site/lib/question/types.ts'
import { entry, figure, MATRIX } from '../matrix_fixture.ts'

const gpu = (i: number, over: Partial<CatalogueGpu> = {}): CatalogueGpu => ({
  id: `g${i}`,
  name: `NVIDIA GeForce RTX ${i}090`,
  group: 'consumer',
  memoryGb: 24,
  memoryShared: false,
  bandwidthGbps: 500 + 100 * i,
  featured: i,
  ...over,
})
const model = (i: number, over: Partial<CatalogueModel> = {}): CatalogueModel => ({
  slug: `org--m${i}`,
  id: `hf:org/M${i}`,
  name: `M${i}-${i}B`,
  family: `M${i}`,
  paramsB: i + 0.04 * i,
  activeB: i + 0.04 * i,
  featured: null,
  ...over,
})

const COUNT = 5
const range = Array.from({ length: COUNT }, (_, i) => i + 1)
const CATALOGUE = {
  gpus: [...range.map((i) => gpu(i)), gpu(9, { id: 'never', name: 'NVIDIA GeForce RTX 3090 Laptop', featured: null })],
  models: [...range.map((i) => model(i)), model(40, { slug: 'org--m40', family: 'M1' })],
  bits: { fp16: 16, Q4_K_M: 4.8 },
}

/** Five models on five GPUs but for the last of either, at half of what the bandwidth allows; a lower bound, two GPUs, and loads besides. */
export const FACTS: Facts = {
  catalogue: CATALOGUE,
  matrix: {
    ...MATRIX,
    models: CATALOGUE.models
      .slice(0, COUNT)
      .map(({ slug, name, paramsB, featured }) => ({ slug, name, paramsB, featured })),
    gpus: CATALOGUE.gpus.slice(0, COUNT).map(({ id, name, group, featured }) => {
      const rent = { usdPerHour: 1, provider: 'host', asOf: '2026-10-01', listedGpus: 1 }
      return {
        ...MATRIX.gpus[0]!,
        id,
        name,
        group,
        featured,
        rents: id === 'g1' ? {} : { 1: rent, 2: { ...rent, usdPerHour: 2 } },
      }
    }),
    entries: [
      ...range.slice(0, 4).flatMap((g) =>
        range.slice(0, 4).map((m) =>
          entry({
            id: `${m}-${g}`,
            model: m - 1,
            gpu: g - 1,
            figures: { decode_tps: figure(((500 + 100 * g) / (m * 1.04 * 2)) * 0.5), ttft_ms: figure(100 * m) },
          }),
        ),
      ),
      entry({ id: 'bound', model: 0, gpu: 4, figures: { e2e_tps: figure(400) } }),
      entry({ id: 'two', model: 0, gpu: 3, gpuCount: 2, figures: { decode_tps: figure(500), e2e_tps: figure(450) } }),
      ...(['5-8', '17-32', '33-64'] as const).map((load, i) =>
        entry({
          id: load,
          model: 0,
          gpu: 1,
          type: 'batched_online',
          load,
          figures: {
            decode_tps: figure(90 - 20 * i),
            ttft_ms: figure(200 * (i + 1)),
            output_tps: figure(500 * (i + 1)),
          },
        }),
      ),
      entry({
        id: 'silent',
        model: 1,
        gpu: 1,
        type: 'batched_offline',
        load: '33-64',
        figures: { output_tps: figure(900) },
      }),
    ],
  },
}
