import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { trimLockFile } from '../../scripts/trim_lock_file.ts'
import { buildImportGraph, packagesUsedIn } from './import_graph.ts'
import { readSourceFiles } from './source_files.ts'
import { ROOT } from './tracked_files.ts'

interface PackageJson {
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}
interface Lock {
  packages: Record<string, { resolved?: string; link?: boolean; integrity?: string; engines?: object }>
}

const manifest = readJson<PackageJson>('package.json')
const lock = readJson<Lock>('package-lock.json')
const graph = buildImportGraph(readSourceFiles())

/** What an installation of the command line tool brings. A new entry here needs a reason that outweighs its weight. */
const RUNTIME_DEPENDENCIES = ['smol-toml', 'undici', 'zod']

/** Development packages that no file imports, and what they are for. */
const NOT_IMPORTED: Record<string, string> = {
  '@astrojs/check': 'the astro check command',
  '@biomejs/biome': 'the biome command',
  '@types/d3-scale': 'types of d3-scale, which has none of its own',
  '@types/node': 'types of Node, named in tsconfig.json',
  node: 'the Node that every npm script runs on',
  'typescript-native':
    'the compiler of TypeScript 7; astro check and the tests of imports call that of TypeScript 6 from their own code',
  '@sentry/node': 'an empty stand-in for what lighthouse would report its errors with',
  'third-party-web': 'a dependency of lighthouse, held at a release that every registry has',
}

/** Packages that are a folder of this repository: nothing of them comes from elsewhere. */
const STAND_INS: Record<string, string> = { '@sentry/node': 'tests/support/no_sentry' }

/** The folders that an installation of the command line tool consists of. */
const SHIPPED_FOLDERS = ['bin', 'contracts', 'telemetry']

describe('dependencies', () => {
  test('at run time are exactly those agreed on', () => {
    expect(Object.keys(manifest.dependencies)).toEqual(RUNTIME_DEPENDENCIES)
  })

  test('are pinned to one exact version', () => {
    const all = { ...manifest.dependencies, ...manifest.devDependencies }
    const loose = Object.entries(all).filter(([, version]) => !/^(npm:[\w-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))
    expect(loose).toEqual(Object.entries(STAND_INS).map(([name, folder]) => [name, `file:${folder}`]))
  })

  test('are all that the shipped folders import', () => {
    const used = packagesUsedIn(graph, SHIPPED_FOLDERS)
    const missing = [...used].filter(([name]) => !(name in manifest.dependencies))
    expect(missing).toEqual([])
  })

  test('are declared where imported: nothing leans on a dependency of a dependency', () => {
    const declared = { ...manifest.dependencies, ...manifest.devDependencies }
    expect([...packagesUsedIn(graph)].filter(([name]) => !(name in declared))).toEqual([])
  })

  test('are imported somewhere, or have a reason', () => {
    const used = packagesUsedIn(graph)
    const idle = Object.keys(manifest.devDependencies).filter((name) => !used.has(name) && !(name in NOT_IMPORTED))
    expect(idle).toEqual([])
    const outdated = Object.keys(NOT_IMPORTED).filter((name) => used.has(name) || !(name in manifest.devDependencies))
    expect(outdated).toEqual([])
  })

  test('are locked by content, to no particular registry', () => {
    const own = ['', ...Object.entries(STAND_INS).flatMap(([name, folder]) => [`node_modules/${name}`, folder])]
    const entries = Object.entries(lock.packages).filter(([path]) => !own.includes(path))
    expect(entries.length).toBeGreaterThan(100)
    expect(entries.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([])
    expect(entries.filter(([, entry]) => !entry.link && !entry.integrity).map(([path]) => path)).toEqual([])
  })

  // Under Node 20, npm ci would warn of each that wants a newer one, on a user's first contact with the project.
  test('of development ask npm for no Node, as they run on the one that the project brings (fix: npm run lock)', () => {
    const text = readFileSync(join(ROOT, 'package-lock.json'), 'utf8')
    expect(trimLockFile(text) === text).toBe(true)
  })

  test('at run time still say which Node they need', () => {
    expect(lock.packages['node_modules/undici']?.engines).toEqual({ node: expect.stringMatching(/^>=20/) })
  })
})

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as T
}
