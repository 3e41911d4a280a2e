import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Catalog,
  type Manifest,
  Manifest as ManifestSchema,
  type Source,
  type TableName,
} from '../../contracts/index.ts'
import type { Aggregates } from '../aggregate/aggregates.ts'
import { toArrow } from './arrow.ts'
import { replaceFolder } from './out_folder.ts'
import type { PackedTable } from './pack_bins.ts'
import { catalogRows, sourceRows } from './reference_rows.ts'

/** The aggregates with the bins in their published form, by model slug. */
export interface PublishedAggregates extends Omit<Aggregates, 'bins'> {
  bins: ReadonlyMap<string, PackedTable>
}

/** What the manifest says beside the list of files. */
export type ManifestHead = Omit<Manifest, 'files' | 'schema_version'>

/**
 * Writes every published file to `outDir`, replacing what was there in one step: the new folder is complete before it takes the name.
 * Returns the manifest.
 */
export async function publish(
  outDir: string,
  aggregates: PublishedAggregates,
  catalog: Catalog,
  sources: Source[],
  head: ManifestHead,
): Promise<Manifest> {
  const { matrix, cells, regressions, bins } = aggregates
  const tables: { name: string; table: TableName; rows: readonly object[] }[] = [
    { name: 'matrix.arrow', table: 'matrix', rows: matrix },
    { name: 'cells.arrow', table: 'cells', rows: cells },
    { name: 'regressions.arrow', table: 'regressions', rows: regressions },
    { name: 'sources.arrow', table: 'sources', rows: sourceRows(sources) },
    ...catalogRows(catalog),
  ]
  const fresh = `${outDir}.new`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(join(fresh, 'bins'), { recursive: true })
  const files: Manifest['files'] = []
  for (const { name, table, rows } of tables)
    files.push(await writeTable(fresh, name, table, { rows: rows.length, bytes: toArrow(table, rows) }))
  for (const [slug, packed] of bins) files.push(await writeTable(fresh, `bins/${slug}.arrow`, 'bins', packed))
  const manifest = ManifestSchema.parse({
    schema_version: 1,
    ...head,
    files: files.sort((a, b) => (a.name < b.name ? -1 : 1)),
  })
  await writeFile(join(fresh, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`)
  await replaceFolder(outDir, fresh)
  return manifest
}

async function writeTable(
  folder: string,
  name: string,
  table: TableName,
  { rows, bytes }: PackedTable,
): Promise<Manifest['files'][number]> {
  await writeFile(join(folder, name), bytes)
  return { name, table, rows, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}
