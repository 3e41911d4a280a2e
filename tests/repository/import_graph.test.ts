import { describe, expect, test } from 'vitest'
import { buildImportGraph, type FolderRules, findCycles, findForbiddenImports, packagesUsedIn } from './import_graph.ts'
import { readSourceFiles } from './source_files.ts'

/** The borders of this project: who may import from whom, beside itself. Tests and scripts may import anything. */
const RULES: FolderRules = {
  contracts: [],
  telemetry: ['contracts'],
  bin: ['telemetry'],
  pipeline: ['contracts'],
  curate: ['contracts'],
  site: ['contracts'],
}

describe('this repository', () => {
  const graph = buildImportGraph(readSourceFiles())

  test('is read at all', () => {
    expect(graph.get('contracts/curated_run.ts')?.files).toContain('contracts/fields.ts')
  })

  test('crosses no border between its folders', () => {
    expect(findForbiddenImports(graph, RULES)).toEqual([])
  })

  test('has no import cycle', () => {
    expect(findCycles(graph)).toEqual([])
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
