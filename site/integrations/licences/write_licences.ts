import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'
import { projectRoot } from '../../data/folder.ts'
import { formatSoftwareLicences } from './format_licences.ts'
import { findPackage, packageFolder, readPackages } from './packages.ts'
import { readTexts } from './texts.ts'

/** The package whose own build is copied into the site, and those that this build contains. */
const COPIED = '@duckdb/duckdb-wasm'
const INSIDE = ['apache-arrow', 'flatbuffers', 'tslib']

/** The part of a bundler's output that this reads. */
type Bundle = Record<string, { type: string; modules?: Record<string, unknown> }>

/** Adds to licences.txt, which the page of that name begins with the data, every package that a script of the built site has code of. */
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
        await appendFile(join(fileURLToPath(dir), 'licences.txt'), formatSoftwareLicences(packages, readTexts()))
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
