import { createHash } from 'node:crypto'
import type { CacheFolder } from '../cache/cache_folder.ts'
import { asBytes } from '../lib/numbers.ts'
import type { PackedStratum, Partition } from '../strata/partition.ts'
import type { AggregateOptions } from './aggregates.ts'
import type { Placement } from './compute_rows.ts'
import type { Pending } from './pending.ts'
import { packRow, type RowResult, unpackRow } from './row_results.ts'

/** What became of a partition, or of a part of it. */
export interface PartitionResult {
  rows: RowResult[]
  pending: Pending
}

/** What a result is kept under: a hash of all that it follows from. */
type Printed = Pick<Partition, 'fingerprint'>

/** Results of former builds, by fingerprints of all that they follow from. */
export class ResultMemory {
  readonly #cache: CacheFolder | null
  readonly #policy: string
  readonly #withdrawn: string

  constructor({ cache, policy, withdrawn }: AggregateOptions) {
    this.#cache = cache?.isKept ? cache : null
    this.#policy = JSON.stringify(policy)
    this.#withdrawn = JSON.stringify(withdrawn)
  }

  recall(strata: Printed): PartitionResult | null {
    const entry = this.#cache?.read(this.#nameOf(strata)) ?? null
    if (entry === null) return null
    const { rows: fingerprints, pending } = entry.head as { rows: string[]; pending: Pending }
    const rows: RowResult[] = []
    for (const fingerprint of fingerprints) {
      const row = this.recallRow(fingerprint)
      if (row === null) return null
      rows.push(row)
    }
    return { rows, pending }
  }

  /** Whether there is anything to recall from. */
  get isKept(): boolean {
    return this.#cache !== null
  }

  recallRow(fingerprint: string): RowResult | null {
    const entry = this.#cache?.read(this.#nameOfRow(fingerprint)) ?? null
    return entry === null ? null : unpackRow(fingerprint, entry.head, entry.parts[0]!)
  }

  async keep(strata: Printed, { rows, pending }: PartitionResult): Promise<void> {
    const head = { rows: rows.map(({ fingerprint }) => fingerprint), pending }
    if (this.#cache !== null) await this.#cache.write(this.#nameOf(strata), head)
  }

  async keepRow(row: RowResult): Promise<void> {
    if (this.#cache === null) return
    const { head, bytes } = packRow(row)
    await this.#cache.write(this.#nameOfRow(row.fingerprint), head, [bytes])
  }

  /** By id of each matrix row that is published, a hash of all that it follows from. Empty hashes where they would not be used. */
  fingerprintRows(strata: readonly PackedStratum[], placements: readonly Placement[]): Map<string, string> {
    const ordered = placements.filter(({ fits }) => fits).sort((a, b) => a.stratum_id - b.stratum_id)
    const byRow = Map.groupBy(ordered, ({ matrix_id }) => matrix_id)
    return new Map([...byRow].map(([id, own]) => [id, this.#cache === null ? '' : hashRow(this.#policy, strata, own)]))
  }

  #nameOf({ fingerprint }: Printed): string {
    return this.#cache!.nameOf('placed', this.#policy, this.#withdrawn, fingerprint)
  }

  #nameOfRow(fingerprint: string): string {
    return this.#cache!.nameOf('row', fingerprint)
  }
}

function hashRow(policy: string, strata: readonly PackedStratum[], placements: readonly Placement[]): string {
  const hash = createHash('sha256').update(`${policy}\n`)
  for (const { stratum_id, cell_id } of placements) {
    const { pairs, ...rest } = strata[stratum_id]!
    hash.update(`${JSON.stringify([cell_id, rest, pairs.length])}\n`)
    hash.update(asBytes(pairs as Int32Array<ArrayBuffer>))
  }
  return hash.digest('hex')
}
