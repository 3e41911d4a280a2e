import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AnonymizedExport, RegressionRow } from '../../../contracts/index.ts'
import { build } from '../../../pipeline/build/build.ts'
import { createRandom, type Random } from '../../bench/random.ts'
import { addSmallCatalogue } from '../../support/small_catalogue.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regressions-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Corpus {
  contributors: number
  /** Two versions, the former first. */
  versions?: readonly [string, string]
  /** Speed of the latter version by that of the former. */
  factor: (contributor: number) => number
  engine?: string
}

/** Builds from contributors with a speed of their own each. */
function regressions(name: string, corpus: Corpus): Promise<RegressionRow[]> {
  const { versions = ['0.9.0', '0.10.0'], contributors, factor, engine = 'vllm' } = corpus
  const exports = Array.from({ length: contributors }, (_, c) => {
    const random = createRandom(1000 + c)
    const speed = 80 * random.lognormal(1, 0.15)
    return versions.flatMap((version, v) =>
      run(random, { engine, engine_version: version }, speed * (v === 1 ? factor(c) : 1), 60),
    )
  })
  return publish(name, exports)
}

/** Builds from the lines of each contributor. */
async function publish(name: string, exports: readonly string[][]): Promise<RegressionRow[]> {
  const dataDir = join(folder, name)
  for (const [c, lines] of exports.entries()) {
    const home = join(dataDir, 'exports', `c${c}`, '2026-10')
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'a.jsonl'), `${lines.join('\n')}\n`)
  }
  addSmallCatalogue(dataDir)
  cpSync('data/policy.json', join(dataDir, 'policy.json'))
  await build({ dataDir, outDir: join(folder, `${name}-out`), audience: 'public' })
  return tableFromIPC(readFileSync(join(folder, `${name}-out`, 'regressions.arrow')))
    .toArray()
    .map((row) => row.toJSON() as RegressionRow)
}

/** Samples of about `speed` tokens/s. */
function run(random: Random, changes: Partial<AnonymizedExport>, speed: number, count: number): string[] {
  return Array.from({ length: count }, () => line(random.hex(32), speed * random.lognormal(1, 0.05), changes))
}

function line(job: string, tps: number, changes: Partial<AnonymizedExport>): string {
  return JSON.stringify({
    ts: '2026-10-05T00:00:00Z',
    tenant_id: 'anon',
    job_id: job,
    model_ref: 'hf:meta-llama/Llama-3.1-8B-Instruct',
    engine: 'vllm',
    engine_version: '0.9.0',
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
    ...changes,
  })
}

describe('a new engine version', () => {
  test('that slows every contributor by a tenth is a confirmed regression of that size', async () => {
    const rows = await regressions('slower', { contributors: 9, factor: () => 0.9 })
    expect(rows).toMatchObject([
      {
        engine: 'vllm',
        from_version: '0.9.0',
        to_version: '0.10.0',
        pairs: 10,
        verdict: 'confirmed',
        metric: 'decode_tps',
      },
    ])
    expect(rows[0]!.effect).toBeGreaterThan(-0.13)
    expect(rows[0]!.effect).toBeLessThan(-0.07)
    // All nine differences negative: one of 2^9 sign patterns, which is published as the next bound.
    expect(rows[0]!.p_value).toBe(0.01)
  })

  test('that slows one of nine contributors is none', async () => {
    expect(await regressions('one', { contributors: 9, factor: (c) => (c === 0 ? 0.5 : 1.02) })).toEqual([])
  })

  test('that makes everything faster is none', async () => {
    expect(await regressions('faster', { contributors: 9, factor: () => 1.2 })).toEqual([])
  })

  test('with fewer than six pairs is not judged', async () => {
    expect(await regressions('few', { contributors: 5, factor: () => 0.5 })).toEqual([])
  })
})

describe('pairs', () => {
  /** A contributor of a fast and a slow host, of which the fast one sends most samples of the former version. */
  const twoHosts = (c: number, updated: readonly [fast: boolean, slow: boolean], factor: number) => {
    const random = createRandom(2000 + c)
    const hosts = [
      { host_id: `fa57${c}aaaa`, speed: 120, counts: [90, 10] },
      { host_id: `510${c}bbbbb`, speed: 60, counts: [10, 90] },
    ]
    return hosts.flatMap(({ host_id, speed, counts }, h) =>
      ['0.9.0', '0.10.0'].flatMap((engine_version, v) =>
        v === 1 && !updated[h]
          ? []
          : run(random, { host_id, engine_version }, speed * (v === 1 ? factor : 1), counts[v]!),
      ),
    )
  }
  const nine = Array.from({ length: 9 }, (_, c) => c)

  test('hosts, so that a slow host that sends more after an update is no regression', async () => {
    const exports = nine.map((c) => twoHosts(c, [true, true], 1))
    expect(await publish('hosts', exports)).toEqual([])
  })

  test('hosts, so that an update of the slow host alone is no regression', async () => {
    const exports = nine.map((c) => twoHosts(c, [false, true], 1))
    expect(await publish('slow-host', exports)).toEqual([])
  })

  test('no host with another, of which one updates and the other does not', async () => {
    const exports = nine.map((c) => [
      ...run(createRandom(3000 + c), { host_id: `fa57${c}aaaa`, engine_version: '0.9.0' }, 120, 60),
      ...run(createRandom(4000 + c), { host_id: `510${c}bbbbb`, engine_version: '0.10.0' }, 60, 60),
    ])
    expect(await publish('other-host', exports)).toEqual([])
  })

  test('hosts that both updated, and takes the median of them', async () => {
    const rows = await publish(
      'slower-hosts',
      nine.map((c) => twoHosts(c, [true, true], 0.9)),
    )
    expect(rows).toMatchObject([{ pairs: 10, verdict: 'confirmed' }])
    expect(rows[0]!.effect).toBeCloseTo(-0.1, 1)
  })
})

describe('a step', () => {
  const slower = (versions: readonly [string, string]) => ({ contributors: 9, versions, factor: () => 0.8 })

  test.each([
    ['0.9.0rc1', '0.9.0'],
    ['0.9.0', '0.9.0.post1'],
    ['0.9.0.post1', '0.10'],
    ['b999', 'b1000'],
    ['b6077+vulkan', 'b6123+vulkan'],
  ])('leads from %s to %s', async (from_version, to_version) => {
    const steps = async (versions: readonly [string, string], name: string) =>
      (await regressions(name, slower(versions))).map((row) => [row.from_version, row.to_version])
    const name = `${from_version} ${to_version}`
    expect(await steps([from_version, to_version], name)).toEqual([[from_version, to_version]])
    // The other way around, the later version is faster.
    expect(await steps([to_version, from_version], `back ${name}`)).toEqual([])
  })

  test.each([
    ['b6077+hip', 'b6077+vulkan'],
    ['b6077+hip', 'b6123+vulkan'],
    ['0.9.0', 'v0.9'],
    ['0.9.0', '151ef4ef'],
    ['0.9.0', 'unknown'],
  ])('never leads from %s to %s', async (...versions) => {
    expect(await regressions(`never ${versions.join(' ')}`, slower(versions))).toEqual([])
  })

  test('takes the spellings of a release together', async () => {
    const nine = Array.from({ length: 9 }, (_, c) => createRandom(5000 + c))
    const exports = nine.map((random) => [
      ...run(random, { engine_version: '0.9.0' }, 100, 30),
      ...run(random, { engine_version: 'v0.10.0' }, 90, 30),
      ...run(random, { engine_version: '0.10.0' }, 90, 30),
      ...run(random, { engine_version: '0.11.0' }, 80, 30),
    ])
    const steps = (await publish('spellings', exports)).map((row) => [row.from_version, row.to_version])
    expect(steps).toEqual([
      ['0.9.0', '0.10.0'],
      ['0.10.0', '0.11.0'],
    ])
  })
})
