import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  type Catalog,
  type Manifest,
  Manifest as ManifestSchema,
  type Source,
  type TableName,
} from '../../contracts/index.ts'
import type { Aggregates } from '../aggregate/aggregate.ts'
import { toArrow } from './arrow.ts'
import { replaceFolder } from './out_folder.ts'
import { catalogRows, sourceRows } from './reference_rows.ts'

/** What the manifest says beside the list of files. */
export type ManifestHead = Omit<Manifest, 'files' | 'schema_version'>

/**
 * Writes every published file to `outDir`, replacing what was there in one step: the new folder is complete before it takes the name.
 * Returns the manifest.
 */
export async function publish(
  outDir: string,
  aggregates: Aggregates,
  catalog: Catalog,
  sources: Source[],
  head: ManifestHead,
): Promise<Manifest> {
  const tables: { name: string; table: TableName; rows: readonly object[] }[] = [
    { name: 'matrix.arrow', table: 'matrix', rows: aggregates.matrix },
    { name: 'cells.arrow', table: 'cells', rows: aggregates.cells },
    { name: 'regressions.arrow', table: 'regressions', rows: aggregates.regressions },
    { name: 'sources.arrow', table: 'sources', rows: sourceRows(sources) },
    ...catalogRows(catalog),
    ...[...aggregates.bins].map(([slug, rows]) => ({ name: `bins/${slug}.arrow`, table: 'bins' as const, rows })),
  ]
  const fresh = `${outDir}.new`
  await rm(fresh, { recursive: true, force: true })
  const files: Manifest['files'] = []
  for (const { name, table, rows } of tables) {
    const bytes = toArrow(table, rows)
    await write(join(fresh, name), bytes)
    files.push({
      name,
      table,
      rows: rows.length,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
  }
  const manifest = ManifestSchema.parse({
    schema_version: 1,
    ...head,
    files: files.sort((a, b) => (a.name < b.name ? -1 : 1)),
  })
  await write(join(fresh, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`)
  await replaceFolder(outDir, fresh)
  return manifest
}

async function write(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}
