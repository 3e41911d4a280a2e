import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Manifest, Manifest as ManifestSchema } from '../../contracts/index.ts'
import type { NamedTable } from '../lib/named_table.ts'
import { releaseFolder, switchTo } from './out_folder.ts'

/** What the manifest says beside the list of files. */
export type ManifestHead = Omit<Manifest, 'files' | 'schema_version'>

/**
 * Writes every published file to a folder of its own and lets `outDir` be that folder, in one step once it is complete. Returns the manifest.
 */
export async function publish(outDir: string, tables: readonly NamedTable[], head: ManifestHead): Promise<Manifest> {
  const fresh = `${outDir}.${randomBytes(6).toString('hex')}.new`
  try {
    await mkdir(join(fresh, 'bins'), { recursive: true })
    const files = await Promise.all(tables.map((table) => writeTable(fresh, table)))
    const manifest = ManifestSchema.parse({
      schema_version: 1,
      ...head,
      files: files.sort((a, b) => (a.name < b.name ? -1 : 1)),
    })
    const text = `${JSON.stringify(manifest, null, 1)}\n`
    await writeFile(join(fresh, 'manifest.json'), text)
    // Equal releases have one name: the manifest has the hash of every file.
    const release = createHash('sha256').update(text).digest('hex').slice(0, 12)
    if (!existsSync(releaseFolder(outDir, release))) await rename(fresh, releaseFolder(outDir, release))
    await switchTo(outDir, release)
    return manifest
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
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
