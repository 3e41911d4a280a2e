import { describe, expect, test } from 'vitest'
import { describeImplausible } from '../../contracts/describe_implausible.ts'
import type { Resolved } from '../../contracts/name_index.ts'
import { type Claim, claimOfLine, findImplausibleClaim } from '../../contracts/plausibility.ts'

const DENSE = { params_b: 8, active_params_b: 8 }
const SPARSE = { params_b: 120, active_params_b: 6 }
const NAMELESS = { params_b: null, active_params_b: null }
const CARD = { memory_gb: 24, memory_shared: false, bandwidth_ceiling_gbps: 1000 }
const SHARED = { memory_gb: 128, memory_shared: true, bandwidth_ceiling_gbps: 250 }

function known(model: object, gpu: object, bits_per_weight: number | null): Resolved {
  const names = { id: 'm', slug: 'm', name: 'M', aliases: [], default_quantization: null }
  return {
    model: { ...names, ...model } as unknown as Resolved['model'],
    gpu: { id: 'g', name: 'Card', aliases: [], ...gpu } as unknown as Resolved['gpu'],
    listed: true,
    engine: 'e',
    quantization: 'q',
    bits_per_weight,
  }
}

function claim(more: Partial<Claim>): Claim {
  const line = { vram_total_mb: null, vram_used_mb_peak: null, tokens_out: null, decode_time_ms: null }
  return { ...claimOfLine({ ...line, measurement_type: 'single_stream' }, null), ...more }
}

describe('weights', () => {
  test.each([
    ['that fit', DENSE, CARD, 16, {}, null],
    ['that do not, by parameters and bits', SPARSE, CARD, 4, {}, 57_220],
    ['that do on enough GPUs', SPARSE, CARD, 4, { gpu_count: 3 }, null],
    ['that are said to be small, whatever the label', SPARSE, CARD, 16, { weights_mb: 20_000 }, null],
    ['that are said to be large, whatever the label', DENSE, CARD, 4, { weights_mb: 30_000 }, 30_000],
    ['of an unlisted model', NAMELESS, CARD, null, { weights_mb: 30_000 }, 30_000],
    [
      'on a card with more memory than the catalogue lists',
      DENSE,
      CARD,
      4,
      { weights_mb: 30_000, vram_total_mb: 49_140 },
      null,
    ],
    ['in shared memory, of which the host reports a part', SPARSE, SHARED, 4, { vram_total_mb: 512 }, null],
    ['of unknown size', NAMELESS, CARD, null, {}, null],
  ])('%s', (_, model, gpu, bits, more, value) => {
    const found = findImplausibleClaim(claim(more), known(model, gpu, bits))
    expect(found?.value ?? null).toBe(value)
    if (found) expect(found.reason).toBe('implausible_weights')
  })
})

describe('a speed', () => {
  test.each([
    ['within the bandwidth', DENSE, CARD, 16, { decode_tps: 65 }, null],
    ['above it', DENSE, CARD, 16, { decode_tps: 75 }, 68.8],
    ['that two GPUs can have', DENSE, CARD, 16, { decode_tps: 75, gpu_count: 2 }, null],
    ['of active weights only', SPARSE, SHARED, 4, { decode_tps: 80 }, null],
    ['above that of active weights', SPARSE, SHARED, 4, { decode_tps: 100 }, 91.7],
    ['of 4-bit weights under a 16-bit label', DENSE, CARD, 16, { decode_tps: 200, weights_mb: 4500 }, null],
    ['above that of the weights that were loaded', DENSE, CARD, 4, { decode_tps: 100, weights_mb: 16_000 }, 68.8],
    ['of an unlisted model, which may be sparse', NAMELESS, CARD, null, { decode_tps: 1000, weights_mb: 20_000 }, null],
    ['that no unlisted model can have', NAMELESS, CARD, null, { decode_tps: 2500, weights_mb: 20_000 }, 2200],
    ['of speculative decoding', DENSE, CARD, 16, { decode_tps: 500, speculative: true }, null],
    ['of several streams', DENSE, CARD, 16, { decode_tps: 500, measurement_type: 'batched_online' }, null],
  ])('%s', (_, model, gpu, bits, more, limit) => {
    const found = findImplausibleClaim(claim(more), known(model, gpu, bits))
    expect(found?.limit ?? null).toBe(limit)
    if (found) expect(found.reason).toBe('implausible_speed')
  })
})

test('what is not believed is told with value, limit and remedy', () => {
  const fast = findImplausibleClaim(claim({ decode_tps: 75 }), known(DENSE, CARD, 16))!
  expect(describeImplausible(fast)).toMatchInlineSnapshot(`
    {
      "column": 1,
      "expected": "a decode speed of one stream of at most 68.8 tok/s (1 × 1000 GB/s of memory bandwidth by 16.0 GB of weights read per token, and 10 % more)",
      "fix": "check decode_time_ms, gpu_count and quantization; state weights_mb, speculative or measurement_type where they apply",
      "found": "75 tok/s",
      "path": "$.decode_time_ms",
    }
  `)
  const large = findImplausibleClaim(claim({}), known(SPARSE, CARD, 4))!
  expect(describeImplausible(large)).toMatchInlineSnapshot(`
    {
      "column": 1,
      "expected": "weights of at most 24576 MB (memory of 1 × Card; weights by 120e9 parameters × 4 bits)",
      "fix": "state gpu_count, quantization and weights_mb as they were; leave out runs with weights in system memory",
      "found": "57220 MB",
      "path": "$.gpu_count",
    }
  `)
  const late = findImplausibleClaim(
    claim({ first_day: '2026-11-02', last_day: '2026-11-02', month: '2026-10' }),
    known(DENSE, CARD, 4),
  )!
  expect(describeImplausible(late)).toMatchInlineSnapshot(`
    {
      "column": 1,
      "expected": "a day up to 2026-10 (the month of release)",
      "fix": "check the clock of the host; older samples are not published",
      "found": "2026-11-02",
      "path": "$.ts",
    }
  `)
})
