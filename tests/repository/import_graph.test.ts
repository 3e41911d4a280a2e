import { describe, expect, test } from 'vitest'
import { findForbiddenReads, type ReadRules } from './file_reads.ts'
import { buildImportGraph, type FolderRules, findCycles, findForbiddenImports, packagesUsedIn } from './import_graph.ts'
import { readSourceFiles } from './source_files.ts'

/** The borders of this project: who may import from whom, beside itself. Tests and scripts may import anything. */
const RULES: FolderRules = {
  contracts: [],
  telemetry: ['contracts'],
  bin: ['telemetry'],
  pipeline: ['contracts'],
  curate: ['contracts'],
  // The formats of benchmarks are read in the browser as in the terminal, by the same code.
  site: ['contracts', 'telemetry/import'],
}

/** The site is made of contracts and published files alone: what it reads is listed here, each with the reason. */
const SITE_READS: ReadRules = {
  folder: 'site/',
  forbidden: /(^|\/)(data\/(catalog|curated|exports)|pipeline|curate|telemetry(?!\/import\/))(\/|$)/,
  readers: {
    'site/integrations/licences/packages.ts': 'the packages that are bundled, and their licences',
    'site/integrations/licences/texts.ts': 'texts of licences',
    'site/integrations/licences/write_licences.ts': 'texts of licences, which lie beside it',
    'site/data/read_table.ts': 'published files: the folder of DATA_OUT',
    'site/data/folder.ts': 'where the folder of DATA_OUT links to',
    'site/data/simulation.ts': 'the results of the simulations, which lie beside it',
    'site/data/package.ts': 'the name of the package, for commands',
    'site/lib/duckdb_files.ts': 'version and size of the SQL engine, an installed package',
    'site/integrations/publish_files.ts': 'the manifest, for the files to be copied',
    'site/integrations/write_sitemap.ts': 'the pages that were just built',
  },
  words: { 'site/lib/my_numbers/pull_request.ts': 'tells a contributor where to put a file' },
}

describe('this repository', () => {
  const files = readSourceFiles()
  const graph = buildImportGraph(files)

  test('is read at all', () => {
    expect(graph.get('contracts/benchmark_run.ts')?.files).toContain('contracts/fields.ts')
  })

  test('crosses no border between its folders', () => {
    expect(findForbiddenImports(graph, RULES)).toEqual([])
  })

  test('has no import cycle', () => {
    expect(findCycles(graph)).toEqual([])
  })

  test('has a site that reads published files only', () => {
    expect(findForbiddenReads(files, SITE_READS)).toEqual([])
  })
})

describe('a repository that breaks the rules', () => {
  const graph = buildImportGraph(
    new Map([
      ['contracts/a.ts', `import { b } from './b.ts'\nimport { z } from 'zod'\nimport fs from 'node:fs'`],
      ['contracts/b.ts', `export * from './c.ts'`],
      ['contracts/c.ts', `import type { A } from './a.ts'`],
      ['contracts/out.ts', `import { run } from '../pipeline/run.ts'`],
      ['pipeline/run.ts', `import { a } from '../contracts/a.ts'\n// import '../site/not.ts'`],
      ['pipeline/lazy.ts', `const t = await import('../telemetry/gateway.ts')`],
      ['telemetry/gateway.ts', `import { Sampler } from '@scope/sampler/deep'`],
      [
        'site/pages/index.astro',
        `---\nimport sql from '../../pipeline/sql/matrix.sql?raw'\n---\n<script>import '../../pipeline/lazy.ts'</script>`,
      ],
      ['site/ok.astro', `---\nimport { a } from '../contracts/a.ts'\n---\n<p>import '../pipeline/run.ts'</p>`],
      ['scripts/any.ts', `import '../pipeline/run.ts'\nimport './self.ts'`],
      ['scripts/self.ts', `import './self.ts'`],
    ]),
  )

  test('is told every crossing, static, dynamic and in a component', () => {
    expect(findForbiddenImports(graph, RULES)).toEqual([
      'contracts/out.ts imports pipeline/run.ts',
      'pipeline/lazy.ts imports telemetry/gateway.ts',
      'site/pages/index.astro imports pipeline/sql/matrix.sql',
      'site/pages/index.astro imports pipeline/lazy.ts',
    ])
  })

  test('is told every cycle, through types and to itself', () => {
    expect(findCycles(graph)).toEqual([
      'contracts/a.ts → contracts/b.ts → contracts/c.ts → contracts/a.ts',
      'scripts/self.ts → scripts/self.ts',
    ])
  })

  test('is told its packages, without what Node provides', () => {
    expect([...packagesUsedIn(graph)]).toEqual([
      ['zod', 'contracts/a.ts'],
      ['@scope/sampler', 'telemetry/gateway.ts'],
    ])
  })
})

describe('a site that reads what is not published', () => {
  const rules = { ...SITE_READS, readers: { 'site/known.ts': 'known', 'site/gone.ts': 'gone' }, words: {} }
  const files = new Map([
    ['site/known.ts', `import { readFileSync } from 'node:fs'\nreadFileSync(join(root, 'data/catalog', name))`],
    ['site/other.ts', `import { readFile } from 'node:fs/promises'`],
    ['site/lazy.ts', `const { readFileSync } = await import('fs')`],
    ['site/glob.ts', `import.meta.glob('../data/curated/*/source.json')`],
    [
      'site/page.astro',
      `---\nconst sql = new URL(\`../pipeline/\${name}.sql\`, import.meta.url)\n---\n<p>data/exports/</p>`,
    ],
    ['site/fine.ts', `// data/catalog\nimport { gpuName } from './data/catalog.ts'\nconst at = 'data/manifest.json'`],
    ['scripts/any.ts', `import { readFileSync } from 'node:fs'\nreadFileSync('data/catalog/gpus.json')`],
  ])

  test('is told every read, every path and every listing that is not needed', () => {
    expect(findForbiddenReads(files, rules)).toEqual([
      'site/other.ts reads files',
      'site/lazy.ts reads files',
      'site/known.ts names data/catalog',
      'site/glob.ts names ../data/curated/*/source.json',
      'site/page.astro names ../pipeline/',
      'site/gone.ts is listed without need',
    ])
  })
})
