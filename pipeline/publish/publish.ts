import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Manifest, Manifest as ManifestSchema } from '../../contracts/index.ts'
import { replaceFolder } from './out_folder.ts'
import type { NamedTable } from './pack_table.ts'

/** What the manifest says beside the list of files. */
export type ManifestHead = Omit<Manifest, 'files' | 'schema_version'>

/**
 * Writes every published file to `outDir`, replacing what was there in one step: the new folder is complete before it takes the name.
 * Returns the manifest.
 */
export async function publish(outDir: string, tables: readonly NamedTable[], head: ManifestHead): Promise<Manifest> {
  const fresh = `${outDir}.new`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(join(fresh, 'bins'), { recursive: true })
  const files = await Promise.all(tables.map((table) => writeTable(fresh, table)))
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
  { name, table, rows, bytes }: NamedTable,
): Promise<Manifest['files'][number]> {
  const writing = writeFile(join(folder, name), bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await writing
  return { name, table, rows, bytes: bytes.length, sha256 }
}
