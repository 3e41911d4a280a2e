import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ScanOutcome } from '../../../pipeline/scan/scan_file.ts'
import { scanAll } from '../../../pipeline/scan/scan_pool.ts'
import { exportLine } from '../../bench/generate.ts'
import { createRandom } from '../../bench/random.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scan-pool-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function writeFiles(count: number) {
  return Array.from({ length: count }, (_, i) => {
    const absolutePath = join(folder, `${i}.jsonl`)
    const lines = Array.from({ length: 20 + i }, (_, line) => exportLine(createRandom(100 * i + line), 1, '2026-10'))
    writeFileSync(absolutePath, lines.join('\n'))
    return { absolutePath, compression: 'none' as const, bytes: 1 }
  })
}

const linesOf = (outcome: ScanOutcome) =>
  outcome !== null && 'groups' in outcome ? outcome.groups.reduce((sum, { lines }) => sum + lines, 0) : null
const threads = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length

test('threads find what one thread finds', async () => {
  const files = writeFiles(9)
  const [one, several] = [new Map<number, number | null>(), new Map<number, number | null>()]
  await scanAll(files, (i, outcome) => void one.set(i, linesOf(outcome)))
  await scanAll(files, (i, outcome) => void several.set(i, linesOf(outcome)), 0)
  expect([...several].sort()).toEqual([...one].sort())
  expect([...one.values()]).toEqual(files.map((_, i) => 20 + i))
})

test('a file that cannot be read ends the scan, and all threads with it', async () => {
  const files = writeFiles(30)
  rmSync(files[2]!.absolutePath)
  const before = threads()
  let scanned = 0
  await expect(scanAll(files, () => void scanned++, 0)).rejects.toThrow(/ENOENT.*2\.jsonl/)
  expect(threads()).toBe(before)
  const atEnd = scanned
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(scanned).toBe(atEnd)
  expect(scanned).toBeLessThan(29)
})

test('a failure of whoever is told ends the threads', async () => {
  const before = threads()
  const fail = () => {
    throw new Error('no room')
  }
  await expect(scanAll(writeFiles(10), fail, 0)).rejects.toThrow('no room')
  expect(threads()).toBe(before)
})
