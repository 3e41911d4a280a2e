import { setImmediate as nextTurn } from 'node:timers/promises'
import { describeImplausible } from '../../contracts/describe_implausible.ts'
import { describeUnknown } from '../../contracts/describe_unknown.ts'
import {
  type AnonymizedExport,
  EngineCatalog,
  GpuCatalog,
  ModelCatalog,
  NameIndex,
  type Problem,
} from '../../contracts/index.ts'
import { claimOfLine, findImplausibleClaim } from '../../contracts/plausibility.ts'
import { readCatalogFile } from '../catalog_file.ts'
import { type BatchLines, type BatchStore, type StoredBatch, StoreUnavailable } from './batch_store.ts'
import type { ClickhouseTable } from './clickhouse.ts'

/** What the pipeline adds to a sample where it counts a table of them. */
const ADDED = ['contributor', 'month', 'model_id', 'model_slug', 'gpu_id', 'engine_id', 'quantization_id']
/** After so many lines other requests have their turn. */
const TURN_LINES = 1000

/**
 * Keeps samples in a table of ClickHouse, as the pipeline counts them: with the names that the catalogue has for them. A sample whose names it
 * does not know, or which cannot be, is refused, since nothing would come of it there.
 */
export class ClickhouseStore implements BatchStore {
  readonly #table: ClickhouseTable
  readonly #names: NameIndex
  pending_bytes = 0

  private constructor(table: ClickhouseTable, names: NameIndex) {
    this.#table = table
    this.#names = names
  }

  /** @throws Error if there is no such table, or it lacks columns; StoreUnavailable if nothing answers */
  static async open(table: ClickhouseTable): Promise<ClickhouseStore> {
    const columns = new Set(await table.readColumns())
    const missing = [...ADDED, 'job_id', 'ts'].filter((name) => !columns.has(name))
    if (missing.length > 0)
      throw new Error(
        `--clickhouse: expected a table of samples, found ${columns.size === 0 ? 'none' : `one without ${missing.join(', ')}`}. Create it with the statement that "node pipeline/clickhouse/store_samples.ts --print-table" prints.`,
      )
    return new ClickhouseStore(table, loadNames())
  }

  async store(contributor: string, { bytes, lines }: BatchLines): Promise<StoredBatch> {
    this.pending_bytes += bytes.length
    try {
      const stored: StoredBatch = { accepted: 0, duplicates: 0, refused: [] }
      const rows: string[] = []
      for (const [i, { line, month, start, end }] of lines.entries()) {
        if (i > 0 && i % TURN_LINES === 0) await nextTurn()
        const row = this.#toRow(contributor, month, JSON.parse(bytes.toString('utf8', start, end)) as AnonymizedExport)
        if (typeof row === 'string') rows.push(row)
        else stored.refused.push({ line, why: describe(row) })
      }
      if (rows.length > 0) await this.#table.insert(rows)
      return { ...stored, accepted: rows.length }
    } finally {
      this.pending_bytes -= bytes.length
    }
  }

  async countIds(): Promise<number> {
    return 0
  }

  async check(): Promise<void> {
    if ((await this.#table.readColumns()).length === 0) throw new StoreUnavailable('ClickHouse has no table of samples')
  }

  async close(): Promise<void> {
    await this.#table.close()
  }

  /** A row as JSON, or why the sample does not count. */
  #toRow(contributor: string, month: string, sample: AnonymizedExport): string | Problem {
    const resolution = this.#names.resolve(sample)
    if ('unknown' in resolution) return describeUnknown(resolution.unknown[0]!, this.#names)
    const { model, gpu, engine, quantization } = resolution.known
    const claim = findImplausibleClaim(claimOfLine(sample, month), resolution.known)
    if (claim !== null) return describeImplausible(claim)
    return JSON.stringify({
      ...sample,
      ...{ contributor, month, model_id: model.id, model_slug: model.slug },
      ...{ gpu_id: gpu.id, engine_id: engine, quantization_id: quantization },
    })
  }
}

function describe({ path, expected, found, fix }: Problem): string {
  return `${path}: expected ${expected}, found ${found}. Fix: ${fix}.`
}

function loadNames(): NameIndex {
  return new NameIndex({
    ...GpuCatalog.parse(readCatalogFile('gpus')),
    ...ModelCatalog.parse(readCatalogFile('models')),
    ...EngineCatalog.parse(readCatalogFile('engines')),
  })
}
