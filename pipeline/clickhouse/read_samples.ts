import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Duplex, Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { type AnonymizedExport, judgeLine } from '../../contracts/index.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import { judgePlausibility } from '../review/review.ts'
import { SAMPLE_COLUMNS } from './sample_columns.ts'

export interface ReadOptions {
  catalog: CatalogIndex
  /** Told of each line that is left out: rejected by the contract, implausible, or of a name that the catalogue does not know. */
  onLeftOut?: (path: string, line: number) => void
}

/** The accepted lines of exports as rows of a table of samples, in the order of SAMPLE_COLUMNS. Rejects on a damaged archive. */
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
function readSample({ owner, month }: DataFile, text: string, { catalog }: ReadOptions): readonly unknown[] | null {
  const judgement = judgeLine('anonymized_export', text)
  if (judgement.verdict === 'rejected') return null
  const sample = judgement.value as AnonymizedExport
  const resolution = catalog.resolve(sample)
  if ('unknown' in resolution || judgePlausibility(sample, month, catalog) !== null) return null
  const { model, gpu, engine, quantization } = resolution.known
  const values: Record<string, unknown> = {
    ...sample,
    contributor: owner,
    month,
    model_id: model.id,
    model_slug: model.slug,
    gpu_id: gpu.id,
    engine_id: engine,
    quantization_id: quantization,
  }
  return SAMPLE_COLUMNS.map(({ name }) => values[name] ?? null)
}
