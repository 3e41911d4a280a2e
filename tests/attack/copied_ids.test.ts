import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { main as validate } from '../../pipeline/validate.ts'
import { createRandom } from '../bench/random.ts'
import { callCommand } from '../support/call_command.ts'
import { addCatalog, addLines, MONTHS, steadyLines } from './support/corpora.ts'
import { release } from './support/release.ts'

/** What becomes of a cell whose contributors' public ids another account copies into lines of its own. */

const MONTH = MONTHS[1]
const PEOPLE = 5
const SAMPLES = 8
let root: string
let victims: string[][]

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'copied-ids-'))
  victims = Array.from({ length: PEOPLE }, (_, i) => steadyLines(createRandom(77 + i), SAMPLES, MONTH))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function dataFolder(name: string): string {
  const dataDir = join(root, name)
  addCatalog(dataDir)
  for (const [i, lines] of victims.entries()) addLines(dataDir, `steady-77x${i}q`, MONTH, lines)
  return dataDir
}

/** Lines of the attacker, cancelled ones, with the ids of the first `copied` samples of everyone. */
function linesWithIds(copied: number): string[] {
  const ids = victims.flatMap((lines) => lines.slice(0, copied).map((line) => JSON.parse(line).job_id as string))
  const own = steadyLines(createRandom(1), ids.length, MONTH)
  return own.map((line, i) =>
    JSON.stringify({ ...JSON.parse(line), job_id: ids[i], gpu_name: 'NVIDIA H100 80GB HBM3' }),
  )
}

test.each([
  ['4 of 8 ids', () => linesWithIds(4)],
  ['8 of 8 ids', () => linesWithIds(8)],
  ['8 of 8 whole lines', () => victims.flat()],
])('an account that copies %s of everyone takes no figure away, though its name is the first', async (name, copy) => {
  const dataDir = dataFolder(name)
  const before = await release(dataDir)
  addLines(dataDir, 'aaa', MONTH, copy())
  const after = await release(dataDir)
  const figures = ({ publication: { cells } }: typeof before) =>
    cells.map(({ cell_id, decode_tps_p50 }) => [cell_id, (decode_tps_p50 ?? 0) > 0])
  expect(figures(before)).toHaveLength(1)
  expect(figures(after)).toEqual(figures(before))
})

test('an account that copies ids is told so before the merge, and refused', async () => {
  const dataDir = dataFolder('offered')
  addLines(dataDir, 'aaa', MONTH, linesWithIds(8))
  const path = join(dataDir, 'exports', 'aaa', MONTH, 'a.jsonl')
  const checked = await callCommand(validate, [path, '--data', dataDir])
  expect(checked.stdout).toContain('0 accepted, 0 rejected, 40 quarantined')
  expect(checked.stdout).toContain(`exports/steady-77x0q/${MONTH}/a.jsonl already`)
  const diff = await callCommand(validate, [path, '--diff', '--no-cache', '--data', dataDir])
  expect(diff.code).toBe(1)
  expect(diff.stdout).not.toMatch(/Cells that/)
})

test('copies in the folder of a later month count nowhere', async () => {
  const dataDir = dataFolder('later')
  addLines(dataDir, 'aaa', MONTHS[2], linesWithIds(8))
  const { publication } = await release(dataDir)
  const copier = publication.manifest.inputs.find(({ contributor }) => contributor === 'aaa')
  expect(copier).toMatchObject({ accepted: 0, quarantined: PEOPLE * SAMPLES })
})
