import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RegressionRow } from '../../../contracts/index.ts'
import { build } from '../../../pipeline/build/build.ts'
import { createRandom } from '../../bench/random.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regressions-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Builds from `contributors` contributors, each with a speed of its own, of which version 0.10.0 has `factor` times that of 0.9.0. */
async function regressions(
  name: string,
  contributors: number,
  factor: (contributor: number) => number,
): Promise<RegressionRow[]> {
  const dataDir = join(folder, name)
  for (let c = 0; c < contributors; c++) {
    const random = createRandom(1000 + c)
    const speed = 80 * random.lognormal(1, 0.15)
    const lines = ['0.9.0', '0.10.0'].flatMap((version, v) =>
      Array.from({ length: 60 }, () =>
        line(random.hex(32), version, speed * (v === 1 ? factor(c) : 1) * random.lognormal(1, 0.05)),
      ),
    )
    const home = join(dataDir, 'exports', `c${c}`, '2026-10')
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'a.jsonl'), `${lines.join('\n')}\n`)
  }
  cpSync('data/catalog', join(dataDir, 'catalog'), { recursive: true })
  cpSync('data/policy.json', join(dataDir, 'policy.json'))
  await build({ dataDir, outDir: join(folder, `${name}-out`), audience: 'public' })
  return tableFromIPC(readFileSync(join(folder, `${name}-out`, 'regressions.arrow')))
    .toArray()
    .map((row) => row.toJSON() as RegressionRow)
}

function line(job: string, version: string, tps: number): string {
  return JSON.stringify({
    ts: '2026-10-05T00:00:00Z',
    tenant_id: 'anon',
    job_id: job,
    model_ref: 'hf:meta-llama/Llama-3.1-8B-Instruct',
    engine: 'vllm',
    engine_version: version,
    gpu_name: 'NVIDIA GeForce RTX 4090',
    vram_total_mb: 24564,
    vram_used_mb_peak: 20000,
    tokens_in: 300,
    tokens_out: 401,
    first_token_ms: 80,
    decode_time_ms: Number((400_000 / tps).toFixed(3)),
    exit: 'ok',
    quantization: 'Q4_K_M',
    measurement_type: 'batched_online',
  })
}

describe('a new engine version', () => {
  test('that slows every contributor by a tenth is a confirmed regression of that size', async () => {
    const rows = await regressions('slower', 9, () => 0.9)
    expect(rows).toMatchObject([
      {
        engine: 'vllm',
        from_version: '0.9.0',
        to_version: '0.10.0',
        pairs: 9,
        verdict: 'confirmed',
        metric: 'decode_tps',
      },
    ])
    expect(rows[0]!.effect).toBeGreaterThan(-0.13)
    expect(rows[0]!.effect).toBeLessThan(-0.07)
    // All nine differences negative: one of 2^9 sign patterns.
    expect(rows[0]!.p_value).toBeCloseTo(1 / 512, 12)
  })

  test('that slows one of nine contributors is none', async () => {
    expect(await regressions('one', 9, (c) => (c === 0 ? 0.5 : 1.02))).toEqual([])
  })

  test('that makes everything faster is none', async () => {
    expect(await regressions('faster', 9, () => 1.2)).toEqual([])
  })

  test('with fewer than six pairs is not judged', async () => {
    expect(await regressions('few', 5, () => 0.5)).toEqual([])
  })
})
