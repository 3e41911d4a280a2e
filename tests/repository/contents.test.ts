import { describe, expect, test } from 'vitest'
import { staleSchemas } from '../../contracts/generate.ts'
import { listTrackedFiles, ROOT, type TrackedFile } from './tracked_files.ts'

/** Text that must not be in any tracked file, each with the reason. Written in parts, so that this file passes its own test. */
const FORBIDDEN: { what: string; pattern: RegExp; except?: RegExp }[] = [
  {
    what: 'a path of the machine it was written on',
    pattern: new RegExp(`(?<![\\w.~-])/(${['wo', 'rk'].join('')}|root)/`),
  },
  {
    what: 'a home folder',
    pattern: /(?<![\w.~-])\/(home|Users)\/[a-z][\w.-]*\//,
    // Rejecting such paths is what some tests are about.
    except: /^tests\//,
  },
  { what: 'a folder outside the repository', pattern: new RegExp(`(?:\\.\\./)+${['sha', 'red'].join('')}/`) },
  { what: 'a document that is not in the repository', pattern: new RegExp(`\\b${['DES', 'IGN'].join('')}(\\.md| §)`) },
]

/** All that the root of the repository holds; what a program leaves where it is run does not belong there. */
const TOP_LEVEL = [
  [
    '.ci',
    '.github',
    'bin',
    'contracts',
    'curate',
    'data',
    'deploy',
    'docs',
    'pipeline',
    'scripts',
    'site',
    'telemetry',
    'tests',
  ],
  ['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md'],
  ['.editorconfig', '.gitignore', 'biome.json', 'package-lock.json', 'package.json'],
  ['tsconfig.astro.json', 'tsconfig.json', 'tsconfig.publish.json'],
  ['astro.config.mjs', 'playwright.config.ts', 'vitest.config.ts'],
].flat()

const MAX_DATA_BYTES = 25 * 1024 * 1024

describe('tracked files', () => {
  const files = listTrackedFiles()

  test.each(FORBIDDEN)('none names $what', ({ pattern, except }) => {
    expect(findLines(files, pattern, except)).toEqual([])
  })

  test('under data/ are plain files of at most 25 MB', () => {
    const data = files.filter(({ path }) => path.startsWith('data/'))
    expect(data.filter(({ bytes, isSymlink }) => isSymlink || bytes > MAX_DATA_BYTES)).toEqual([])
  })

  test('lie in known folders, and few at the root', () => {
    const found = new Set(files.map(({ path }) => path.split('/')[0]!))
    expect([...found].filter((name) => !TOP_LEVEL.includes(name))).toEqual([])
  })

  test('hold no build output', () => {
    const built = files.filter(({ path }) =>
      /(^|\/)(dist|node_modules|\.astro|test-results|playwright-report)\//.test(path),
    )
    expect(built.map(({ path }) => path)).toEqual([])
  })

  test('that are generated are current', () => {
    expect(staleSchemas(`${ROOT}/contracts`)).toEqual([])
  })
})

describe('the search for forbidden text', () => {
  const file = (path: string, text: string): TrackedFile => ({ path, bytes: 0, isSymlink: false, read: () => text })
  const search = (text: string, path = 'a.md') =>
    FORBIDDEN.filter(({ pattern, except }) => findLines([file(path, text)], pattern, except).length > 0).length

  test('finds each kind', () => {
    const slash = '/'
    expect(search(`see ${slash}root${slash}x`)).toBe(1)
    expect(search(`"${slash}home${slash}alice${slash}models"`)).toBe(1)
    expect(search(`..${slash}..${slash}${['sha', 'red'].join('')}${slash}x`)).toBe(1)
    expect(search(`as in ${['DES', 'IGN'].join('')} §5`)).toBe(1)
  })

  test('names file and line, and leaves the rest alone', () => {
    const slash = '/'
    const found = findLines([file('b.md', `fine\nbad ${slash}root${slash}x`)], FORBIDDEN[0]!.pattern)
    expect(found).toEqual([`b.md:2: bad ${slash}root${slash}x`])
    expect(
      search(`frame${slash}work${slash}x, src${slash}root${slash}y, homework${slash}, ~${slash}work${slash}`),
    ).toBe(0)
    expect(search(`"${slash}home${slash}alice${slash}models"`, 'tests/x.test.ts')).toBe(0)
  })
})

function findLines(files: readonly TrackedFile[], pattern: RegExp, except?: RegExp): string[] {
  return files
    .filter(({ path }) => !except?.test(path))
    .flatMap(({ path, read }) => {
      const lines = (read() ?? '').split('\n')
      return lines.flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${line.slice(0, 160)}`] : []))
    })
}
