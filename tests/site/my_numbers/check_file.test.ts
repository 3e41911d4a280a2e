import { expect, test } from 'vitest'
import { checkFile } from '../../../site/lib/my_numbers/check_file.ts'
import { NAMES, SAMPLE } from './sample.ts'

const openKey = async () => ({
  key: await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
  kept: true,
})

async function check(lines: (object | string)[]) {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  const reference = { names: NAMES, rows: [], contributors: 5 }
  let keys = 0
  const countedKey = () => {
    keys++
    return openKey()
  }
  const file = new File([text], 'samples.jsonl')
  const report = await checkFile({
    file,
    reference,
    month: '2026-11',
    openKey: countedKey,
    onProgress: () => undefined,
  })
  const leaving = report.export
    ? (await report.export.blob.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : []
  return { report, leaving, keys }
}

test('counts by the formulae of the contract, per configuration', async () => {
  const fast = { ...SAMPLE, job_id: 'a', measurement_type: 'single_stream' }
  const slow = { ...fast, job_id: 'b', decode_time_ms: 4000 }
  const failed = { ...fast, job_id: 'c', exit: 'error', first_token_ms: null, decode_time_ms: null }
  const { report } = await check([fast, slow, failed, { ...SAMPLE, job_id: 'd' }])
  expect(report.groups).toHaveLength(2)
  const [single, loaded] = report.groups
  expect(single).toMatchObject({ type: 'single_stream', quantization: 'fp16', samples: 3, ok: 2, buckets: ['le2k'] })
  expect(single!.figures.decode_tps).toEqual({ n: 2, p25: 25, p50: 25, p75: 50 })
  expect(single!.figures.ttft_ms).toMatchObject({ n: 2, p50: 400 })
  expect(single!.figures.prefill_tps).toMatchObject({ n: 2, p50: 2500 })
  expect(loaded).toMatchObject({ type: 'batched_online', samples: 1 })
  expect(loaded!.figures.prefill_tps).toBeUndefined()
})

test('names every line that does not count, and why', async () => {
  const { report } = await check([
    SAMPLE,
    SAMPLE,
    '',
    { ...SAMPLE, job_id: 'x', prompt: 'hello' },
    { ...SAMPLE, job_id: 'y', gpu_name: 'Some GPUs' },
    { ...SAMPLE, job_id: 'z', vram_used_mb_peak: 30_000 },
    { ...SAMPLE, job_id: 'w', measurement_type: 'single_stream', decode_time_ms: 300 },
    { ...SAMPLE, job_id: 'v', ts: '2024-01-01T00:00:00Z' },
    'no json',
  ])
  const counts = { lines: 8, accepted: 1, rejected: 2, quarantined: 4, duplicates: 1 }
  expect(report).toMatchObject(counts)
  expect(report.findings.map(({ line, verdict, problem }) => [line, verdict, problem.path])).toEqual([
    [2, 'duplicate', '$.job_id'],
    [4, 'rejected', '$.prompt'],
    [5, 'quarantined', '$.gpu_name'],
    [6, 'quarantined', '$.vram_used_mb_peak'],
    [7, 'quarantined', '$.decode_time_ms'],
    [8, 'quarantined', '$.ts'],
    [9, 'rejected', '$'],
  ])
  expect(report.findings[2]!.problem.fix).toContain('nearest: "some gpu"')
})

test('gives all samples of a file the same key, and orders them by their new names', async () => {
  const samples = Array.from({ length: 50 }, (_, i) => ({ ...SAMPLE, job_id: `job-${i}` }))
  const { leaving, keys } = await check(samples)
  expect(keys).toBe(1)
  expect(new Set(leaving.map(({ tenant_id }) => tenant_id)).size).toBe(1)
  const ids = leaving.map(({ job_id }) => job_id)
  expect(ids).toHaveLength(50)
  expect(ids).toEqual([...ids].sort())
})

test('leaves a file unchanged that came anonymised', async () => {
  const sample = { ...SAMPLE, ts: '2026-11-02T00:00:00Z', tenant_id: 'anon', job_id: '0123456789abcdef' }
  const { leaving, keys } = await check([sample])
  expect(leaving).toEqual([sample])
  expect(keys).toBe(0)
})
