import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'
import { projectRoot } from '../../data/folder.ts'
import { readTable } from '../../data/read_table.ts'
import { formatLicences } from './format_licences.ts'
import { findPackage, packageFolder, readPackages } from './packages.ts'

/** The package whose own build is copied into the site, and those that this build contains. */
const COPIED = '@duckdb/duckdb-wasm'
const INSIDE = ['apache-arrow', 'flatbuffers', 'tslib']

/** The part of a bundler's output that this reads. */
type Bundle = Record<string, { type: string; modules?: Record<string, unknown> }>

/** Writes licences.txt: of the sources of the data, and of every package that a script of the built site has code of. */
export function writeLicences(): AstroIntegration {
  const folders = new Set<string>()
  const collect = () => ({
    name: 'collect-licences',
    generateBundle(_options: unknown, bundle: Bundle) {
      for (const folder of foldersOf(bundle)) folders.add(folder)
    },
  })
  const forBrowser = () => ({
    ...collect(),
    applyToEnvironment: ({ name }: { name: string }) => name === 'client',
  })
  return {
    name: 'write-licences',
    hooks: {
      'astro:config:setup': ({ updateConfig }) => {
        updateConfig({ vite: { plugins: [forBrowser()], worker: { plugins: () => [collect()] } } })
      },
      'astro:build:done': async ({ dir, logger }) => {
        const copied = findPackage(COPIED, projectRoot())
        const packages = readPackages([...folders, copied, ...INSIDE.map((name) => findPackage(name, copied))])
        await writeFile(
          join(fileURLToPath(dir), 'licences.txt'),
          formatLicences(readTable('sources'), packages, readTexts()),
        )
        logger.info(`licences.txt names ${packages.length} packages`)
      },
    },
  }
}

function foldersOf(bundle: Bundle): string[] {
  return Object.values(bundle)
    .flatMap(({ modules }) => Object.keys(modules ?? {}))
    .flatMap((id) => packageFolder(id) ?? [])
}

/** The texts without a copyright line, which the attribution of a source has. */
function readTexts(): Record<string, string> {
  const read = (path: string) => readFileSync(join(projectRoot(), path), 'utf8').trim()
  return {
    'Apache-2.0': read('LICENSE'),
    'BSD-3-Clause': read('site/integrations/licences/BSD-3-Clause.txt'),
    MIT: read('site/integrations/licences/MIT.txt'),
  }
}
