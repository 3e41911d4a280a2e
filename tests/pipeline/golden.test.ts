import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from '../../pipeline/build/build.ts'

/**
 * A folder is a test case: `data` goes through the pipeline, and every published row, the verdicts and the manifest's counts must be those under
 * `expected`. UPDATE_GOLDEN=1 writes them anew, to be read before they are committed.
 */

const CASES = 'tests/fixtures/pipeline'
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'golden-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each(readdirSync(CASES))('%s', async (name) => {
  const outDir = join(folder, name, 'data')
  const { manifest, verdicts } = await build({ dataDir: join(CASES, name, 'data'), outDir, audience: 'public' })
  const { inputs, quarantined, collecting } = manifest
  const found: Record<string, unknown> = {
    'verdicts.json': verdicts,
    'manifest.json': { inputs, quarantined, collecting },
  }
  for (const file of manifest.files.filter(({ table }) => ['matrix', 'cells', 'bins', 'models'].includes(table))) {
    found[`${file.name.replaceAll('/', '.')}.json`] = tableFromIPC(readFileSync(join(outDir, file.name)))
      .toArray()
      .map((row) => row.toJSON())
  }
  for (const [file, value] of Object.entries(found)) {
    const path = join(CASES, name, 'expected', file)
    if (process.env.UPDATE_GOLDEN) writeFileSync(path, `${JSON.stringify(value, null, 1)}\n`)
    expect(JSON.parse(JSON.stringify(value)), file).toEqual(JSON.parse(readFileSync(path, 'utf8')))
  }
  expect(readdirSync(join(CASES, name, 'expected')).sort()).toEqual(Object.keys(found).sort())
})
