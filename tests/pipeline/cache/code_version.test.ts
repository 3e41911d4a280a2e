import { describe, expect, test } from 'vitest'
import { codeVersion, listCode } from '../../../pipeline/cache/code_version.ts'
import { buildImportGraph } from '../../repository/import_graph.ts'
import { readSourceFiles } from '../../repository/source_files.ts'

/** Everything that a file imports, by the compiler's own reading. */
function reachable(entries: string[]): Set<string> {
  const graph = buildImportGraph(readSourceFiles())
  const found = new Set<string>()
  const visit = (path: string) => {
    if (found.has(path)) return
    found.add(path)
    for (const file of graph.get(path)?.files ?? []) visit(file)
  }
  for (const entry of entries) visit(entry)
  return found
}

describe('the version of the code that the cache depends on', () => {
  test('covers what the import graph reaches from the build and its threads, and all SQL', () => {
    const code = listCode()
    const graph = reachable(['pipeline/build/build.ts', 'pipeline/scan/scan_thread.ts'])
    expect(code.filter((path) => path.endsWith('.ts'))).toEqual([...graph].sort())
    expect(code).toContain('pipeline/sql/partition.sql')
    expect(code).toContain('pipeline/lib/run_main.ts')
  })

  test('covers no converter, no diff and no command', () => {
    expect(listCode().filter((path) => /^(curate|pipeline\/diff|pipeline\/[a-z]+\.ts)/.test(path))).toEqual([])
  })

  test('is a hash', () => {
    expect(codeVersion()).toMatch(/^[0-9a-f]{64}$/)
  })
})
