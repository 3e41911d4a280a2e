import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Source } from '../../contracts/index.ts'
import { ExplainedError } from '../lib/run_main.ts'
import { readJson } from './catalog.ts'
import type { DataFile } from './discover.ts'

/** source.json of every curated folder, in order of id. Throws ExplainedError where one is missing or names another folder. */
export function readSources(dataDir: string, files: DataFile[]): Source[] {
  const ids = [...new Set(files.filter(({ kind }) => kind === 'curated').map(({ owner }) => owner))].sort()
  return ids.map((id) => {
    const path = join(dataDir, 'curated', id, 'source.json')
    if (!existsSync(path))
      throw new ExplainedError(
        `${path}: expected a description of the source, found no file. Fix: write source.json beside the rows.`,
      )
    const source = readJson(path, Source)
    if (source.id !== id)
      throw new ExplainedError(
        `${path}: $.id: expected the name of its folder, found "${source.id}". Fix: write "${id}".`,
      )
    return source
  })
}
