import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AnonymizedExport } from '../../contracts/index.ts'
import { createRandom } from '../bench/random.ts'
import { findBytes, type Secret } from './attacks/bytes.ts'
import { addCatalog, addLines, addSteadyCell, FAILED, MONTHS, task } from './support/corpora.ts'
import { describeIsolations } from './support/isolation.ts'
import { type Release, release } from './support/release.ts'

/**
 * Texts that occur nowhere else, in every field in which the contract lets a contributor write freely, accepted, quarantined and rejected.
 * None may come out while fewer contributors than the threshold say it.
 */

const SEED = 31
const MONTH = MONTHS[2]
/** The fields with words of the contributor's own, and what becomes of such a line. */
const FIELDS: Record<string, Partial<AnonymizedExport>> = {
  engine_version: { engine_version: 'canary-version-1f7e' },
  driver_version: { driver_version: 'canary-driver-2a6b' },
  error_code: { ...FAILED, error_code: 'canary-error-3c5d' },
  'file of a known model': { model_ref: 'hf:meta-llama/Llama-3.1-8B-Instruct/canary-file-4d4e.gguf' },
  'unknown model': { model_ref: 'hf:canary-org-5e3f/canary-model-5e3f' },
  'bare model name': { model_ref: 'canary-bare-6f2a:8b' },
  'unknown GPU': { gpu_name: 'Canary GPU 7a1b' },
  'unknown engine': { engine: 'canary-engine-8b0c' },
  'unknown quantisation': { quantization: 'canary-weights-9c9d' },
  tenant_id: { tenant_id: 'anon:ca7a41e59d0f3b62' },
  job_id: { job_id: 'ca7a41e5be1f4c73ca7a41e5be1f4c73' },
  host_id: { host_id: 'ca7a41e5cf205d84' },
  'key that the contract does not know': { prompt: 'canary prompt 0d8e' } as never,
}
const canariesIn = (line: object): Secret[] =>
  [...new Set(JSON.stringify(line).match(/canary[\w. :-]*\w|ca7a41e5[0-9a-f]+/gi))].map((text) => ({
    what: 'canary',
    text,
  }))
/** A version that enough contributors report, and one that just too few do. */
const COMMON = 'canary-common-version-11'
const SCARCE = 'canary-scarce-version-12'

let folder: string
let out: Release

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'canaries-'))
  const dataDir = join(folder, 'data')
  addCatalog(dataDir)
  addSteadyCell(dataDir, SEED, MONTH, 7)
  const random = createRandom(SEED)
  const repeat = (count: number, changes: Partial<AnonymizedExport>) =>
    Array.from({ length: count }, () => task(random, 80, MONTH, changes))
  for (const [i, changes] of Object.values(FIELDS).entries())
    addLines(dataDir, 'loner', MONTH, repeat(40, changes), `part-${i}`)
  for (let i = 0; i < 5; i++) addLines(dataDir, `common-${i}`, MONTH, repeat(10, { engine_version: COMMON }))
  for (let i = 0; i < 4; i++) addLines(dataDir, `scarce-${i}`, MONTH, repeat(50, { engine_version: SCARCE }))
  out = await release(dataDir)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const search = (text: string) => findBytes(out.publication.files, [{ what: 'canary', text }])

test.each(Object.entries(FIELDS))('a canary in %s does not come out', (_, changes) => {
  const canaries = canariesIn(changes)
  expect(canaries.length).toBeGreaterThan(0)
  expect(describeIsolations(findBytes(out.publication.files, canaries))).toEqual([])
})

test('all three verdicts were given, so that each way out was open', () => {
  const inputs = out.publication.manifest.inputs.filter(({ contributor }) => contributor === 'loner')
  for (const verdict of ['accepted', 'quarantined', 'rejected'] as const)
    expect(
      inputs.some((input) => input[verdict] > 0),
      verdict,
    ).toBe(true)
})

test('a version that 5 contributors report is published, one that 4 report is not, however many samples it has', () => {
  expect(search(COMMON).map(({ how }) => how.split(' ')[0])).toEqual(
    expect.arrayContaining(['cells.arrow', 'matrix.arrow']),
  )
  expect(describeIsolations(search(SCARCE))).toEqual([])
})
