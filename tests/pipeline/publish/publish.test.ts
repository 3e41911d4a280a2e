import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { packTable } from '../../../pipeline/lib/named_table.ts'
import { checkOutFolder } from '../../../pipeline/publish/out_folder.ts'
import { type ManifestHead, publish } from '../../../pipeline/publish/publish.ts'

let folder: string
let outDir: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'publish-'))
  outDir = join(folder, 'data')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const head = (cells: number): ManifestHead => ({
  audience: 'private',
  policy: { k: 1, min_samples: 1, bin_contributors: 1, bin_samples: 1, closed_through: 202610 },
  tools: {},
  inputs: [],
  quarantined: {},
  collecting: { cells, samples: 0 },
  withdrawn: { cells: 0 },
})
const engines = (name: string) => [
  packTable('engines.arrow', 'engines', [{ engine: name, name, url: 'https://example.org' }]),
]
const manifest = () => JSON.parse(readFileSync(join(outDir, 'manifest.json'), 'utf8'))

describe('publishing', () => {
  test('puts one release in the place of another, and keeps the former one for those who read it', async () => {
    await publish(outDir, engines('a'), head(1))
    const former = realpathSync(outDir)
    await publish(outDir, engines('b'), head(2))
    expect(manifest().collecting.cells).toBe(2)
    expect(JSON.parse(readFileSync(join(former, 'manifest.json'), 'utf8')).collecting.cells).toBe(1)
    await publish(outDir, engines('c'), head(3))
    expect(existsSync(former)).toBe(false)
    expect(readdirSync(folder)).toHaveLength(3)
  })

  test('of the same tables changes nothing', async () => {
    await publish(outDir, engines('a'), head(1))
    const former = realpathSync(outDir)
    await publish(outDir, engines('a'), head(1))
    expect(realpathSync(outDir)).toBe(former)
    expect(readdirSync(folder)).toHaveLength(2)
  })

  test('replaces a folder that is no link', async () => {
    mkdirSync(outDir)
    writeFileSync(join(outDir, 'manifest.json'), '{}')
    checkOutFolder(outDir)
    await publish(outDir, engines('a'), head(1))
    expect(manifest().collecting.cells).toBe(1)
    expect(lstatSync(outDir).isSymbolicLink()).toBe(true)
  })

  test('that fails leaves the former release and nothing else', async () => {
    await publish(outDir, engines('a'), head(1))
    const before = readdirSync(folder)
    await expect(publish(outDir, engines('b'), { ...head(2), audience: 'public' })).rejects.toThrow(/floors/)
    expect(manifest().collecting.cells).toBe(1)
    expect(readdirSync(folder)).toEqual(before)
  })
})

test('a process that is killed at any moment leaves one whole release or the other', { timeout: 120_000 }, async () => {
  const program = `
    import { publish } from ${JSON.stringify(join(process.cwd(), 'pipeline/publish/publish.ts'))}
    import { packTable } from ${JSON.stringify(join(process.cwd(), 'pipeline/lib/named_table.ts'))}
    const head = (cells) => (${JSON.stringify(head(0))})
    for (let i = 1; ; i++) {
      const table = packTable('engines.arrow', 'engines', [{ engine: 'e' + i, name: 'e', url: 'https://example.org' }])
      await publish(${JSON.stringify(outDir)}, [table], { ...head(), collecting: { cells: i, samples: 0 } })
      if (i === 1) console.log('published')
    }`
  for (let run = 0; run < 8; run++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, 5 + 13 * run))
    child.kill('SIGKILL')
    await once(child, 'exit')
    const { files } = manifest()
    const hash = execFileSync('sha256sum', [join(outDir, 'engines.arrow')], { encoding: 'utf8' }).slice(0, 64)
    expect(hash).toBe(files[0].sha256)
  }
})
