import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnonymizedExport, FILE_PROBLEMS, judgeLine } from '../../contracts/index.ts'
import { claimOfLine, findImplausibility } from '../../contracts/plausibility.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import { readFileLines } from '../read/lines.ts'
import { UnpackError } from '../read/unpack.ts'
import { SAMPLE_COLUMNS } from './sample_columns.ts'

export interface ReadOptions {
  catalog: CatalogIndex
  /** Told of each line that is left out: rejected by the contract, implausible, or of a name that the catalogue does not know. */
  onLeftOut?: (path: string, line: number) => void
  /** Most bytes that a file may unpack to; UNPACKED_BYTES where it is not given. */
  unpackedBytes?: number | undefined
}

/**
 * The accepted lines of exports as rows of a table of samples, in the order of SAMPLE_COLUMNS. A file that cannot be unpacked is left out as a
 * whole, like one line.
 */
export async function* readSamples(
  files: readonly DataFile[],
  options: ReadOptions,
): AsyncGenerator<readonly unknown[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'orch-samples-'))
  try {
    for (const file of files) yield* readFile(file, scratch, options)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function* readFile(file: DataFile, scratch: string, options: ReadOptions): AsyncGenerator<readonly unknown[]> {
  let rejected = 0
  try {
    for await (const { line, text } of readFileLines(file, scratch, options.unpackedBytes)) {
      const row = text === null ? 'rejected' : readSample(file, text, options)
      if (row !== null && row !== 'rejected') yield row
      else options.onLeftOut?.(file.path, line)
      if (row === 'rejected' && ++rejected === FILE_PROBLEMS) return
    }
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error
    options.onLeftOut?.(file.path, 1)
  }
}

/** The row of a line, or null where the line does not count although it fits the contract. */
function readSample(
  { owner, month }: DataFile,
  text: string,
  { catalog }: ReadOptions,
): readonly unknown[] | 'rejected' | null {
  const judgement = judgeLine('anonymized_export', text)
  if (judgement.verdict === 'rejected') return 'rejected'
  const sample = judgement.value as AnonymizedExport
  const resolution = catalog.resolve(sample, month)
  if ('unknown' in resolution || findImplausibility(claimOfLine(sample, month), resolution.known)) return null
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
