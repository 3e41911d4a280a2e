import { cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'
import { dataFolder, pinDataFolder } from '../data/folder.ts'
import { DUCKDB_FILES, duckdbFolder, duckdbPublicPath } from '../lib/duckdb_files.ts'

/** Copies files that pages link to but Astro does not build: the published data, of the release that the pages are built from, and the DuckDB engine. */
export function publishFiles(): AstroIntegration {
  return {
    name: 'publish-files',
    hooks: {
      'astro:config:setup': ({ command }) => {
        if (command === 'build') pinDataFolder()
      },
      'astro:build:done': async ({ dir, logger }) => {
        const out = fileURLToPath(dir)
        await copyData(join(out, 'data'))
        await copyEngine(join(out, duckdbPublicPath()))
        logger.info('copied the published data and the DuckDB engine')
      },
    },
  }
}

/** Copies exactly the files that the manifest names, so that nothing else in the folder gets published. */
async function copyData(target: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(dataFolder(), 'manifest.json'), 'utf8')) as {
    files: { name: string }[]
  }
  for (const name of ['manifest.json', ...manifest.files.map((file) => file.name)]) {
    await cp(join(dataFolder(), name), join(target, name))
  }
}

async function copyEngine(target: string): Promise<void> {
  await mkdir(target, { recursive: true })
  for (const name of Object.values(DUCKDB_FILES)) await cp(join(duckdbFolder(), name), join(target, name))
}
