import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Duplex, Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { judgeLine } from '../../contracts/index.ts'
import { decodeTps } from '../../contracts/metrics.ts'
import { findImplausibility } from '../../contracts/plausibility.ts'
import type { CatalogIndex, Resolved } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import type { Representative } from '../review/representative.ts'
import { LINE_FORMS } from '../scan/line_form.ts'
import { SAMPLE_COLUMNS } from './sample_columns.ts'

export interface ReadOptions {
  catalog: CatalogIndex
  /** Month of publication by source id, for curated rows without a day. */
  publishedMonth: ReadonlyMap<string, string>
  /** Told of each line that is left out: rejected by the contract, implausible, or of a name that the catalogue does not know. */
  onLeftOut?: (path: string, line: number) => void
}

/** The accepted lines of files as rows of a table of samples, in the order of SAMPLE_COLUMNS. Rejects on a damaged archive. */
export async function* readSamples(
  files: readonly DataFile[],
  options: ReadOptions,
): AsyncGenerator<readonly unknown[]> {
  for (const file of files) {
    let number = 0
    for await (const text of createInterface({ input: openFile(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      number++
      if (text.trim() === '') continue
      const row = readSample(file, text, options)
      if (row) yield row
      else options.onLeftOut?.(file.path, number)
    }
  }
}

function openFile({ absolutePath, compression }: DataFile): Readable {
  const bytes = createReadStream(absolutePath)
  if (compression === 'none') return bytes
  const unpacker: Duplex = compression === 'gzip' ? createGunzip() : createZstdDecompress()
  bytes.on('error', (error) => unpacker.destroy(error))
  return bytes.pipe(unpacker)
}

/** The row of a line, or null where the line does not count. */
function readSample(file: DataFile, text: string, { catalog, publishedMonth }: ReadOptions): readonly unknown[] | null {
  const judgement = judgeLine(LINE_FORMS[file.kind].contract, text)
  if (judgement.verdict === 'rejected') return null
  const line = judgement.value as Representative
  const resolution = catalog.resolve(line)
  if ('unknown' in resolution || isImplausible(line, file, resolution.known)) return null
  const month = file.month ?? line.ts?.slice(0, 7) ?? publishedMonth.get(file.owner) ?? 'unknown'
  const values: Record<string, unknown> = {
    job_id: '',
    origin: '',
    ...line,
    ...describe(file, resolution.known),
    month,
  }
  return SAMPLE_COLUMNS.map(({ name }) => values[name] ?? null)
}

/** What the check adds to a line, but for its month. */
function describe({ kind, owner }: DataFile, { model, gpu, engine, quantization }: Resolved): Record<string, string> {
  return {
    kind,
    source: kind === 'curated' ? owner : 'community',
    contributor: owner,
    model_id: model.id,
    model_slug: model.slug,
    gpu_id: gpu.id,
    engine_id: engine,
    quantization_id: quantization,
  }
}

function isImplausible(line: Representative, file: DataFile, known: Resolved): boolean {
  const day = line.ts?.slice(0, 10) ?? null
  const claim = {
    vram_total_mb: line.vram_total_mb,
    vram_used_mb: line.vram_used_mb_peak,
    decode_tps: decodeTps(line.tokens_out ?? Number.NaN, line.decode_time_ms ?? Number.NaN),
    measurement_type: line.measurement_type ?? 'batched_online',
    speculative: line.speculative ?? false,
    gpu_count: line.gpu_count ?? 1,
    first_day: day,
    last_day: day,
    month: file.month,
  }
  return findImplausibility(claim, known) !== null
}
