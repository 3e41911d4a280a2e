import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readCatalog } from '../../../pipeline/read/catalog.ts'
import { CatalogIndex } from '../../../pipeline/read/catalog_index.ts'
import { discoverData } from '../../../pipeline/read/discover.ts'
import { checkFiles } from '../../../pipeline/review/check.ts'
import { exportLine } from '../../bench/generate.ts'
import { createRandom } from '../../bench/random.ts'

/** Runs that operators contribute, in one file with their samples. */

const folder = mkdtempSync(join(tmpdir(), 'runs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const catalog = new CatalogIndex(readCatalog('data'))

const RUN = {
  origin: 'a1b2c3d4e5f60718#1',
  ts: '2026-10-03T00:00:00Z',
  model_ref: 'hf:meta-llama/Llama-3.1-8B-Instruct',
  engine: 'vllm',
  engine_version: '0.9.1',
  gpu_name: 'NVIDIA H100 80GB HBM3',
  gpu_count: 1,
  vram_total_mb: null,
  vram_used_mb_peak: null,
  tokens_in: 1000,
  tokens_out: 201,
  first_token_ms: 80,
  decode_time_ms: 4000,
  total_time_ms: null,
  exit: 'ok',
  measurement_type: 'batched_online',
  concurrency: 16,
  quantization: 'bf16',
  runs: 1,
  requests: 200,
  output_tps: 750,
}

async function check(lines: (object | string)[]) {
  const dataDir = mkdtempSync(join(folder, 'data-'))
  const month = join(dataDir, 'exports/someone/2026-10')
  mkdirSync(month, { recursive: true })
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  writeFileSync(join(month, 'a.jsonl'), `${texts.join('\n')}\n`)
  const scratch = mkdtempSync(join(folder, 'scratch-'))
  const { findings, partitions } = await checkFiles(discoverData(dataDir).files, { catalog, scratch })
  return { ...findings[0]!, strata: partitions.flatMap((partition) => partition.strata) }
}

test('a run counts as one observation of its contributor, beside samples', async () => {
  const sample = exportLine(createRandom(1), 0, '2026-10')
  const { verdicts, strata } = await check([sample, RUN, { ...RUN, origin: 'a1b2c3d4e5f60718#2' }])
  expect(verdicts).toMatchObject({ accepted: 3, rejected: 0, quarantined: 0 })
  const own = strata.filter(
    ({ measurement_type, engine_version }) => measurement_type === 'batched_online' && engine_version === '0.9.1',
  )
  expect(own).toMatchObject([{ contributor: 'someone', lines: 2, prompt_bucket: 'le2k', quantization: 'bf16' }])
})

test('a run that comes again counts once', async () => {
  const { verdicts, quarantines } = await check([RUN, RUN])
  expect(verdicts).toMatchObject({ accepted: 1, quarantined: 1 })
  expect(quarantines[0]).toMatchObject({ reason: 'duplicate' })
})

test('a run is held to what its memory can do', async () => {
  const alone = { ...RUN, measurement_type: 'single_stream', concurrency: 1, decode_time_ms: 260 }
  const { quarantines } = await check([alone])
  expect(quarantines).toMatchObject([{ line: 1, reason: 'implausible_speed' }])
})

test('a run with an origin of a published source is rejected', async () => {
  const { rejections } = await check([
    { ...RUN, origin: 'results.json#1' },
    { ...RUN, ts: null },
    { ...RUN, note: 'x' },
  ])
  expect(rejections.map(({ line, problem }) => [line, problem.path])).toEqual([
    [1, '$.origin'],
    [2, '$.origin'],
    [3, '$.note'],
  ])
})
