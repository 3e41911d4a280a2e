import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addSmallCatalogue } from '../../support/small_catalogue.ts'
import { buildAll, DataFolder, samples } from './data_folder.ts'

/** Whatever happens to the data between builds, a build that starts from the cache writes the bytes of one that starts from nothing. */

const MONTHS = ['2026-09', '2026-10']
/** Samples that files of both months share, so that some of them are duplicates. */
const POOL = samples(900, 8, '2026-09')
const MODELS = 'catalog/models.json'

const file = fc.record({
  contributor: fc.constantFrom('ada', 'ben', 'cyd', 'dee'),
  month: fc.constantFrom(0, 1),
  name: fc.constantFrom('a', 'b', 'c', 'd'),
})
const content = fc.record({
  seed: fc.integer({ min: 1, max: 10_000 }),
  fresh: fc.integer({ min: 0, max: 25 }),
  /** First and number of the samples that come from the pool. */
  pooled: fc.tuple(fc.integer({ min: 0, max: 7 }), fc.constantFrom(0, 0, 1, 4)),
  faults: fc.subarray(['rejected', 'unknown', 'implausible', 'twice'] as const, { maxLength: 2 }),
  packed: fc.boolean(),
})
const policy = fc.record({
  k: fc.constantFrom(3, 4),
  bin_samples: fc.constantFrom(3, 12),
  /** The last month whose figures are published: neither of the two, the first, both. */
  closed_through: fc.constantFrom(202608, 202609, 202612),
})
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), file, content }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), file, content }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('policy' as const), policy }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('catalogue' as const), known: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('nothing' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Content = typeof content extends fc.Arbitrary<infer T> ? T : never

test('a build from the cache writes the bytes of a build from nothing', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(policy, fc.array(step, { minLength: 3, maxLength: 6 }), async (first, steps) => {
      const folder = mkdtempSync(join(tmpdir(), 'incremental-'))
      try {
        const data = new DataFolder(join(folder, 'input'))
        data.setPolicy(first)
        const known = new Set<string>()
        for (const contributor of ['ada', 'ben', 'cyd'])
          data.write(`${contributor}/2026-10/start.jsonl`, text(samples(contributor.charCodeAt(1), 25)))
        await buildAll(data, join(folder, 'warm'), join(folder, 'cache'))
        for (const [i, next] of steps.entries()) {
          apply(data, next, known)
          const warm = await buildAll(data, join(folder, 'warm'), join(folder, 'cache'))
          const cold = await buildAll(data, join(folder, `cold-${i}`))
          expect(warm).toEqual(cold)
        }
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }),
    // Smaller failing cases cost hundreds of builds to find.
    { numRuns: Number(process.env.INCREMENTAL_RUNS ?? 3), endOnFailure: true },
  )
})

function apply(data: DataFolder, next: Step, known: Set<string>): void {
  if (next.kind === 'policy') data.setPolicy(next.policy)
  else if (next.kind === 'catalogue') setCatalogue(data, next.known)
  else if (next.kind !== 'nothing') {
    const { contributor, month, name } = next.file
    const path = `${contributor}/${MONTHS[month]}/${name}.jsonl`
    for (const former of [path, `${path}.gz`]) if (known.delete(former)) data.remove(former)
    if (next.kind === 'remove') return
    const target = next.content.packed ? `${path}.gz` : path
    known.add(target)
    const lines = text(linesOf(next.content, month))
    data.write(target, next.content.packed ? gzipSync(lines) : lines)
  }
}

/** Takes a model out of the catalogue, or puts it back. */
function setCatalogue(data: DataFolder, known: boolean): void {
  addSmallCatalogue(data.path)
  if (known) return
  const path = join(data.path, MODELS)
  const catalogue = JSON.parse(readFileSync(path, 'utf8'))
  const models = catalogue.models.filter(({ id }: { id: string }) => !/Llama-3\.1-8B/i.test(id))
  writeFileSync(path, JSON.stringify({ ...catalogue, models }))
}

function linesOf({ seed, fresh, pooled: [from, count], faults }: Content, month: number): string[] {
  const lines = [...samples(seed, fresh + 1, MONTHS[month]), ...POOL.slice(from, from + count)]
  const [first] = lines
  for (const fault of faults) {
    if (fault === 'rejected') lines.push('{"not":"a sample"}')
    if (fault === 'unknown') lines.push(withNewId(first!.replace(/"model_ref":"[^"]*"/, '"model_ref":"hf:no/such"'), 1))
    if (fault === 'implausible') lines.push(withNewId(first!.replace(/"vram_total_mb":\d+/, '"vram_total_mb":1000'), 2))
    if (fault === 'twice') lines.push(first!)
  }
  return lines
}

function withNewId(line: string, digit: number): string {
  return line.replace(/"job_id":"......../, `"job_id":"${String(digit).repeat(8)}`)
}

function text(lines: string[]): string {
  return `${lines.join('\n')}\n`
}
