import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AnonymizedExport, bucketIndex } from '../../../contracts/index.ts'
import { QUANTITIES, readBin } from '../../../pipeline/scan/bin_counter.ts'
import { Scanner } from '../../../pipeline/scan/scanner.ts'
import { exportLine } from '../../bench/generate.ts'
import { createRandom } from '../../bench/random.ts'
import { loadBucketOf } from '../../support/load_bucket.ts'
import { scanBytes } from './scan_bytes.ts'

/** Counts by configuration, prompt size, load, quantity and bucket, from a plain reading of the same lines. */
function countPlainly(lines: string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  const add = (key: string) => {
    counts[key] = (counts[key] ?? 0) + 1
  }
  for (const line of lines) {
    const sample = JSON.parse(line) as AnonymizedExport
    const group = `${configurationOf(sample as unknown as Record<string, unknown>)} ${sizeOf(sample.tokens_in)} ${loadBucketOf(sample)}`
    add(group)
    for (const [name, value] of Object.entries(quantities(sample)))
      if (value >= 2 ** -32 && value <= 2 ** 48) add(`${group} ${name} ${bucketIndex(value)}`)
  }
  return counts
}

const CONFIGURATION = [
  'model_ref',
  'engine',
  'engine_version',
  'gpu_name',
  'vram_total_mb',
  'exit',
  'gpu_count',
  'quantization',
  'measurement_type',
  'engine_backend',
  'cold_start',
  'streamed',
  'error_code',
]
const configurationOf = (values: Record<string, unknown>) => CONFIGURATION.map((key) => values[key] ?? '-').join(' ')

function sizeOf(tokens: number): string {
  const sizes: [number, string][] = [
    [0, 'unknown'],
    [128, 'le128'],
    [512, 'le512'],
    [2048, 'le2k'],
    [8192, 'le8k'],
    [32768, 'le32k'],
  ]
  return sizes.find(([most]) => tokens <= most)?.[1] ?? 'gt32k'
}

function quantities(s: AnonymizedExport) {
  const first = s.first_token_ms ?? Number.NaN
  const decode = s.decode_time_ms ?? Number.NaN
  const counts = s.tokens_out >= 1
  return {
    decode_tps: s.tokens_out >= 32 && decode >= 250 ? ((s.tokens_out - 1) * 1000) / decode : 0,
    ttft_ms: counts ? first : 0,
    prefill_tps:
      counts && s.measurement_type === 'single_stream' ? ((s.tokens_in - (s.tokens_in_cached ?? 0)) * 1000) / first : 0,
    e2e_tps: (s.tokens_out * 1000) / (first + decode),
    vram_used_mb: s.vram_used_mb_peak ?? 0,
    output_tps: s.output_tps ?? 0,
    concurrency: s.output_tps ? (s.concurrency ?? 0) : 0,
  }
}

/** One for all tests: what it learned of earlier lines must not change what it makes of later ones. */
const scanner = new Scanner()

function countScanned(lines: string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  const groups = scanBytes(scanner, `${lines.join('\n')}\n`)?.groups
  for (const { fixed, prompt_bucket, concurrency_bucket, lines: n, bins } of groups ?? []) {
    const group = `${configurationOf({ ...fixed })} ${prompt_bucket} ${concurrency_bucket}`
    counts[group] = (counts[group] ?? 0) + n
    for (let i = 0; i < bins.length; i += 2) {
      const { quantity, bucket } = readBin(bins[i]!)
      const name = `${group} ${QUANTITIES[quantity]} ${bucket}`
      counts[name] = (counts[name] ?? 0) + bins[i + 1]!
    }
  }
  return counts
}

const tokens = fc.oneof(
  fc.constantFrom(0, 1, 31, 32, 128, 129, 512, 2048, 8192, 8193, 32768, 32769, 100_000_000),
  fc.nat(100_000),
)
const change = fc.record({
  tokens_in: tokens,
  tokens_out: tokens,
  first_token_ms: fc.oneof(
    fc.constantFrom(0, 1e-7, 0.1 + 0.2, 604_800_000),
    fc.double({ min: 0, max: 1e5, noNaN: true }),
  ),
  decode_time_ms: fc.oneof(fc.constantFrom(0, 249.999, 250), fc.double({ min: 0, max: 1e6, noNaN: true })),
  vram_used_mb_peak: fc.option(fc.nat(20_000)),
  exit: fc.constantFrom('ok', 'error'),
  measurement_type: fc.constantFrom('single_stream', 'batched_online', undefined),
  concurrency: fc.constantFrom(1, 2, 4, 5, 8, 9, 16, 17, 32, 33, 64, 65, 128, 129, 256, 257, 1_000_000, undefined),
  output_tps: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true }), { nil: undefined }),
  engine_backend: fc.constantFrom('cuda', 'vulkan', undefined),
  cold_start: fc.option(fc.boolean(), { nil: undefined }),
  streamed: fc.option(fc.boolean(), { nil: undefined }),
  error_code: fc.option(fc.constantFrom('oom', 'timeout', '7'), { nil: undefined }),
})
const line = fc
  .tuple(fc.nat(1e6), change, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([seed, changes, cached]) => {
    const sample = { ...JSON.parse(exportLine(createRandom(seed), seed, '2026-10')), ...changes }
    if (sample.exit === 'error' && cached < 0.3) sample.first_token_ms = sample.decode_time_ms = null
    return JSON.stringify(
      cached > 0.5 ? { ...sample, tokens_in_cached: Math.floor(sample.tokens_in * (cached - 0.5)) } : sample,
    )
  })

describe('Scanner', () => {
  test('counts every line in its configuration, prompt size and load, and every quantity in its bucket', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 60 }), (lines) => {
        expect(countScanned(lines)).toEqual(countPlainly(lines))
      }),
      { numRuns: 300, seed: 3 },
    )
  })

  test('keeps many configurations apart', () => {
    const lines = Array.from({ length: 1500 }, (_, i) =>
      exportLine(createRandom(i), i, '2026-10').replace(/"engine_version":"[^"]*"/, `"engine_version":"${i % 700}"`),
    )
    expect(countScanned([...lines, ...lines])).toEqual(countPlainly([...lines, ...lines]))
  })

  /** Ways to write one sample, of which some have no template. */
  const styles: [string, (line: string) => string][] = [
    ['in another order', (line) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line)).reverse()))],
    ['with blanks', (line) => line.replaceAll('":', '" : ').replaceAll(',"', ', "')],
    ['with exponents', (line) => line.replace(/"first_token_ms":([0-9.]+)/, (_, n) => `"first_token_ms":${n}e0`)],
    ['with 17 digits', (line) => line.replace(/"first_token_ms":[0-9.]+/, '"first_token_ms":0.30000000000000004')],
    ['with escapes', (line) => line.replace('"exit":"ok"', '"exit":"\\u006fk"')],
    [
      'with an escaped id',
      (line) => line.replace(/"job_id":"([0-9a-f])/, (_, c) => `"job_id":"\\u006${(c.charCodeAt(0) % 6) + 1}`),
    ],
    ['without a tenant', (line) => line.replace(/"tenant_id":"[^"]*"/, '"tenant_id":"anon"')],
    ['with CR LF', (line) => `${line}\r`],
    ['with blanks at its end', (line) => `${line}  `],
  ]
  test.each(styles)('counts a sample %s like any other, beside others', (_, restyle) => {
    const lines = Array.from({ length: 30 }, (_, i) => exportLine(createRandom(i + 50), 1, '2026-10')).filter((line) =>
      line.includes('"ok"'),
    )
    const mixed = lines.flatMap((line) => [line, restyle(line)])
    expect(countScanned(mixed)).toEqual(countPlainly(mixed))
    expect(Object.keys(countScanned(mixed)).length).toBeGreaterThan(10)
  })

  test('gives the ids of all lines, in order', () => {
    const lines = Array.from({ length: 50 }, (_, i) => exportLine(createRandom(i), i, '2026-10'))
    const ids = new TextDecoder().decode(scanBytes(scanner, lines.join('\n'))!.ids)
    expect(ids).toBe(lines.map((line) => `${JSON.parse(line).job_id}\n`).join(''))
  })
})
