import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { type BenchmarkRun, LINE_BYTES } from '../../../contracts/index.ts'
import { readCatalog } from '../../../pipeline/read/catalog.ts'
import { CatalogIndex } from '../../../pipeline/read/catalog_index.ts'
import { type DataFile, discoverData } from '../../../pipeline/read/discover.ts'
import { reviewBenchmarks } from '../../../pipeline/review/review_benchmarks.ts'

const catalog = new CatalogIndex(readCatalog('data'))
const folder = mkdtempSync(join(tmpdir(), 'benchmarks-'))
const scratch = mkdtempSync(join(tmpdir(), 'benchmarks-scratch-'))
afterAll(() => {
  for (const path of [folder, scratch]) rmSync(path, { recursive: true, force: true })
})

const RUN: BenchmarkRun = {
  origin: 'results.csv#1',
  ts: '2026-10-03T00:00:00Z',
  model_ref: 'hf:meta-llama/Llama-3.1-8B-Instruct',
  engine: 'vllm',
  engine_version: '0.9.0',
  gpu_name: 'NVIDIA H100 80GB HBM3',
  gpu_count: 1,
  vram_total_mb: 81_559,
  vram_used_mb_peak: 20_000,
  tokens_in: 0,
  tokens_out: 101,
  first_token_ms: 40,
  decode_time_ms: 1000,
  total_time_ms: null,
  exit: 'ok',
  measurement_type: 'single_stream',
  concurrency: 1,
  quantization: 'fp8',
  runs: 3,
}
const line = (change: Partial<BenchmarkRun> = {}) => JSON.stringify({ ...RUN, ...change })

/** Reviews files by name, of one source. */
async function review(files: Record<string, string | Uint8Array>, source = 'lab') {
  const dataDir = mkdtempSync(join(folder, 'data-'))
  for (const [name, content] of Object.entries(files)) {
    const path = join(dataDir, 'curated', source, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  const listed: DataFile[] = discoverData(dataDir).files
  const publishedMonth = new Map([['lab', '2025-01']])
  const { findings, rows } = await reviewBenchmarks(listed, { catalog, scratch, publishedMonth })
  return {
    verdicts: findings.map((file) => file.verdicts),
    rejections: findings.flatMap((file) => file.rejections),
    quarantines: findings.flatMap((file) => file.quarantines),
    rows,
  }
}

describe('an accepted row', () => {
  test('has the names of the catalogue, its own month, and what it measured', async () => {
    const { rows, verdicts, rejections, quarantines } = await review({ 'a.jsonl': `${line({ machine: 'm12' })}\n` })
    expect(rows).toEqual([
      expect.objectContaining({
        source: 'lab',
        model_id: 'hf:meta-llama/Llama-3.1-8B-Instruct',
        model_slug: 'meta-llama--llama-3.1-8b-instruct',
        gpu_id: 'nvidia-h100-sxm5-80gb',
        engine: 'vllm',
        quantization: 'fp8',
        month: '2026-10',
        runs: 3,
        machine: 'm12',
        first_token_ms: 40,
        decode_time_ms: 1000,
      }),
    ])
    expect([rejections, quarantines]).toEqual([[], []])
    expect(verdicts).toEqual([
      {
        path: 'curated/lab/a.jsonl',
        kind: 'curated',
        contributor: 'lab',
        lines: 1,
        accepted: 1,
        rejected: 0,
        quarantined: 0,
      },
    ])
  })

  test('without a day is of the month of publication, where there is one', async () => {
    const files = { 'a.jsonl': line({ ts: null }) }
    expect((await review(files)).rows[0]!.month).toBe('2025-01')
    expect((await review(files, 'other')).rows[0]!.month).toBe('unknown')
  })

  test.each([
    [0, 'le128'],
    [129, 'le512'],
    [null, 'unknown'],
  ] as const)('of %s prompt tokens is in the bucket %s', async (tokens_in, bucket) => {
    expect((await review({ 'a.jsonl': line({ tokens_in }) })).rows[0]!.prompt_bucket).toBe(bucket)
  })
})

describe('lines', () => {
  test('may end in LF, CR LF or CR, lie behind a byte order mark and between blank ones', async () => {
    const text = `\ufeff${line()}\r\n\n  \n${line()}\r${line()}\n${line()}`
    const { verdicts, rejections } = await review({ 'a.jsonl': text })
    expect(rejections).toEqual([])
    expect(verdicts[0]).toMatchObject({ lines: 4, accepted: 4 })
  })

  test.each([
    ['gz', gzipSync],
    ['zst', zstdCompressSync],
  ])('may lie in a file packed as .%s', async (ending, pack) => {
    const { verdicts } = await review({ [`a.jsonl.${ending}`]: pack(`${line()}\n${line()}\n`) })
    expect(verdicts[0]).toMatchObject({ lines: 2, accepted: 2 })
    expect(readdirSync(scratch)).toEqual([])
  })

  test('that break the contract are rejected with every problem and their place', async () => {
    const bad = line({ gpu_count: 0, runs: 0 })
    const { verdicts, rejections, rows } = await review({ 'a.jsonl': `${line()}\n\n${bad}\n{\n` })
    expect(rejections.map(({ path, line: number, problem }) => [path, number, problem.path, problem.expected])).toEqual(
      [
        ['curated/lab/a.jsonl', 3, '$.gpu_count', 'a number of at least 1'],
        ['curated/lab/a.jsonl', 3, '$.runs', 'a number of at least 1'],
        ['curated/lab/a.jsonl', 4, '$', expect.any(String)],
      ],
    )
    expect(verdicts[0]).toMatchObject({ lines: 3, accepted: 1, rejected: 2, quarantined: 0 })
    expect(rows).toHaveLength(1)
  })

  test('that are not UTF-8, too long, of another contract or with an unknown key are rejected alone', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.from(`${line()}\n`)])
    const long = line().replace('{', `{${' '.repeat(LINE_BYTES)}`)
    const rest = `${long}\n${JSON.stringify({ job_id: '00' })}\n${line().replace('{', '{"prompt":"a secret",')}\n`
    const { verdicts, rejections } = await review({ 'a.jsonl': Buffer.concat([bytes, Buffer.from(rest)]) })
    expect(verdicts[0]).toMatchObject({ lines: 5, accepted: 1, rejected: 4 })
    expect(rejections[0]).toMatchObject({ line: 1, problem: { found: 'bytes that are not UTF-8' } })
    expect(JSON.stringify(rejections)).not.toContain('secret')
  })
})

describe('rows that fit the contract and do not count', () => {
  test('are quarantined by name and file where a name is unknown, names before lines', async () => {
    const unknown = line({ gpu_name: 'No Such GPU' })
    const fast = line({ decode_time_ms: 251, tokens_out: 100_000 })
    const { quarantines, verdicts } = await review({
      'a.jsonl': [unknown, fast, unknown, line({ model_ref: 'custom' }), line()].join('\n'),
      'b.jsonl': unknown,
    })
    const entry = { counts_in: null, last_line: null, path: 'curated/lab/a.jsonl' }
    const gpu = { what: 'gpu', name: 'No Such GPU', why: 'unknown', candidates: [] }
    const model = { what: 'model', name: 'custom', why: 'generic', candidates: [] }
    expect(quarantines).toMatchObject([
      { ...entry, line: null, lines: 2, reason: 'unknown_gpu', unknown: gpu },
      { ...entry, line: null, lines: 1, reason: 'generic_model', unknown: model },
      { ...entry, line: 2, lines: 1, reason: 'implausible_speed', implausible: { unit: 'tok/s' } },
      { ...entry, path: 'curated/lab/b.jsonl', line: null, lines: 1, reason: 'unknown_gpu', unknown: gpu },
    ])
    expect(verdicts.map(({ accepted, quarantined }) => [accepted, quarantined])).toEqual([
      [1, 4],
      [0, 1],
    ])
  })

  test('are quarantined by line where memory in use is more than there is', async () => {
    const { quarantines } = await review({ 'a.jsonl': `${line()}\n${line({ vram_used_mb_peak: 90_000 })}` })
    expect(quarantines).toMatchObject([{ line: 2, reason: 'implausible_memory' }])
  })
})

describe('a file that is damaged or hostile', () => {
  test.each([
    ['gz', gzipSync, 'gzip'],
    ['zst', zstdCompressSync, 'zstd'],
  ] as const)('ends no review: a .%s that breaks off is rejected as a whole', async (ending, pack, name) => {
    const whole = pack(Array.from({ length: 500 }, (_, i) => line({ tokens_out: 100 + i })).join('\n'))
    const { verdicts, rejections, rows } = await review({
      [`a.jsonl.${ending}`]: whole.subarray(0, whole.length / 2),
      'b.jsonl': line(),
    })
    expect(verdicts).toMatchObject([
      { lines: 1, accepted: 0, rejected: 1 },
      { lines: 1, accepted: 1 },
    ])
    expect(rejections).toMatchObject([{ line: 1, problem: { expected: `a whole ${name} file` } }])
    expect(rows).toHaveLength(1)
  })

  test('of no bytes, or of blanks, has no lines', async () => {
    const { verdicts } = await review({ 'a.jsonl': '', 'b.jsonl': '\n \r\n', 'c.jsonl': '\ufeff' })
    expect(verdicts.map(({ lines }) => lines)).toEqual([0, 0, 0])
  })

  test('whatever its bytes, every line that is not blank has one verdict', async () => {
    const piece = fc.oneof(
      fc.constantFrom(line(), line({ gpu_name: 'No Such GPU' }), line({ runs: 0 }), '', '\r', '{', 'null'),
      fc.string({ unit: 'binary' }),
      fc.json(),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), fc.uint8Array({ maxLength: 40 }), async (pieces, noise) => {
        const content = Buffer.concat([Buffer.from(pieces.join('\n')), Buffer.from('\n'), noise])
        const { verdicts, rows, quarantines, rejections } = await review({ 'a.jsonl': content })
        const { lines, accepted, rejected, quarantined } = verdicts[0]!
        expect(accepted + rejected + quarantined).toBe(lines)
        expect(rows).toHaveLength(accepted)
        expect(quarantines.reduce((sum, entry) => sum + entry.lines, 0)).toBe(quarantined)
        expect(new Set(rejections.map((rejection) => rejection.line)).size).toBe(rejected)
      }),
      { numRuns: 30 },
    )
  })
})
