import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AnonymizedExport } from '../../../contracts/index.ts'
import { readCatalog } from '../../../pipeline/read/catalog.ts'
import { CatalogIndex } from '../../../pipeline/read/catalog_index.ts'
import { type DataFile, discoverData } from '../../../pipeline/read/discover.ts'
import { checkFiles } from '../../../pipeline/review/check.ts'
import type { Partition } from '../../../pipeline/strata/strata_collector.ts'
import type { Stratum } from '../../../pipeline/strata/stratum.ts'
import { exportLine } from '../../bench/generate.ts'
import { createRandom, type Random } from '../../bench/random.ts'

/** Exports that were checked. */
export interface Corpus {
  files: DataFile[]
  catalog: CatalogIndex
  partitions: Partition[]
  strata: Stratum[]
  accepted: number
}

/** Checks the files below a data folder, with the project's own catalogue. */
export async function readCorpus(dataDir: string, scratch: string): Promise<Corpus> {
  const { files } = discoverData(dataDir)
  const catalog = new CatalogIndex(readCatalog('data'))
  const { partitions, findings } = await checkFiles(files, { catalog, scratch })
  const strata = partitions.flatMap((partition) => partition.strata)
  return {
    files,
    catalog,
    partitions,
    strata,
    accepted: findings.reduce((sum, { verdicts }) => sum + verdicts.accepted, 0),
  }
}

/** Contributors by month: the second month has too few for most cells to stand without generalising, the third for any. */
const MONTHS = { '2026-08': 11, '2026-09': 6, '2026-10': 3 }

/** The version that every contributor of the corpus finds slower than the one before. */
const SLOW_VERSION = '0.11.0'

/** Writes three months of exports of every kind of sample; `lines` per contributor and month. Equal seeds give equal bytes. */
export function writeVariedCorpus(dataDir: string, seed: number, lines: number): void {
  for (const [m, [month, contributors]] of Object.entries(MONTHS).entries()) {
    for (let c = 0; c < contributors; c++) {
      const random = createRandom(seed * 10_007 + m * 101 + c)
      const folder = join(dataDir, 'exports', `contributor-${c}`, month)
      mkdirSync(folder, { recursive: true })
      const text = Array.from({ length: lines }, () => `${JSON.stringify(variedLine(random, c, month))}\n`).join('')
      writeFileSync(join(folder, 'a.jsonl'), text)
    }
  }
}

/** A sample that may be of any kind: slower on one version, a liar's, a cold start, in one piece, of estimated counts, or cut short. */
function variedLine(random: Random, contributor: number, month: string): AnonymizedExport {
  // Three of the generator's set-ups and few prompt sizes, so that cells fill.
  const line = JSON.parse(exportLine(random, 3, month)) as AnonymizedExport
  line.tokens_in = random.pick([100, 700, 700, 700, 700, 40_000])
  const own = contributor === 0 ? 0.5 : 1 + contributor / 100
  const factor = own * (line.engine_version === SLOW_VERSION ? 1.4 : 1)
  if (line.decode_time_ms !== null) line.decode_time_ms = Number((line.decode_time_ms * factor).toFixed(3))
  if (random.uniform() < 0.4)
    Object.assign(line, { measurement_type: 'single_stream', concurrency: 1, speculative: true })
  if (random.uniform() < 0.1) delete line.measurement_type
  if (random.uniform() < 0.1) line.cold_start = true
  if (random.uniform() < 0.1)
    Object.assign(line, { streamed: false, timing_source: random.pick(['gateway', 'engine']) })
  if (random.uniform() < 0.1) line.tokens_estimated = true
  if (random.uniform() < 0.3)
    line.pieces = random.pick([
      1,
      Math.ceil(line.tokens_out / 2.5),
      Math.max(1, line.tokens_out - 1),
      2 * line.tokens_out + 9,
    ])
  if (random.uniform() < 0.05) line.measurement_type = 'batched_offline'
  if (random.uniform() < 0.2) line.tokens_in_cached = random.int(line.tokens_in + 1)
  if (random.uniform() < 0.05) line.vram_used_mb_peak = null
  // Some of these claim cached tokens of a prompt of none, and are rejected.
  if (line.exit === 'reject') line.tokens_in = 0
  if (random.uniform() < 0.5) line.concurrency = 3
  if (random.uniform() < 0.1) delete line.concurrency
  if (random.uniform() < 0.5) line.output_tps = Number((4 * 90 * random.lognormal(1, 0.1)).toPrecision(3))
  if (random.uniform() < 0.3) line.engine_backend = 'cuda'
  if (line.exit === 'cancel') Object.assign(line, { tokens_out: 7, first_token_ms: 80, decode_time_ms: 120 })
  return line
}
