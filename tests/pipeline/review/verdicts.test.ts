import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judgeLine } from '../../../contracts/index.ts'
import { readCatalog } from '../../../pipeline/read/catalog.ts'
import { CatalogIndex } from '../../../pipeline/read/catalog_index.ts'
import { discoverData } from '../../../pipeline/read/discover.ts'
import { checkFiles } from '../../../pipeline/review/check.ts'
import { Scanner } from '../../../pipeline/scan/scanner.ts'
import { exportLine } from '../../bench/generate.ts'
import { createRandom } from '../../bench/random.ts'
import { scanBytes } from '../scan/scan_bytes.ts'

/**
 * The scan of bytes and zod must give the same verdict on every line: files of mutated lines go through the whole check, and zod alone
 * says what should have come out.
 */

/** Lines that are scanned one by one; a soak takes a million. */
const LINES = Number(process.env.VERDICT_LINES ?? 12_000)

const catalog = new CatalogIndex(readCatalog('data'))
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'verdicts-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Checks files that each hold one of `contents`; returns accepted or quarantined, and rejected, by file. */
async function check(contents: (string | Uint8Array)[], kind = 'exports/someone/2026-10') {
  const dataDir = mkdtempSync(join(folder, 'data-'))
  mkdirSync(join(dataDir, kind), { recursive: true })
  for (const [i, content] of contents.entries())
    writeFileSync(join(dataDir, kind, `f${String(i).padStart(5, '0')}.jsonl`), content)
  const scratch = mkdtempSync(join(folder, 'scratch-'))
  const { findings } = await checkFiles(discoverData(dataDir).files, { catalog, scratch })
  rmSync(dataDir, { recursive: true })
  const verdicts = findings.map((file) => file.verdicts)
  return {
    verdicts,
    rejections: findings.flatMap((file) => file.rejections),
    quarantines: findings.flatMap((file) => file.quarantines),
    counts: verdicts.map(({ accepted, quarantined, rejected }) => ({ fits: accepted + quarantined, rejected })),
  }
}

/** What zod says of the same content. */
function judge(content: string) {
  const lines = content
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')
  const fits = lines.filter((line) => judgeLine('anonymized_export', line).verdict === 'accepted').length
  return { fits, rejected: lines.length - fits }
}

const realLine = fc.integer({ min: 0, max: 1e6 }).map((seed) => exportLine(createRandom(seed), seed % 7, '2026-10'))

const SNIPPETS = [
  '"',
  "'",
  ',',
  ':',
  '{',
  '}',
  '}}',
  '[',
  ']',
  '\\',
  '\u0001',
  '\\x01',
  '\\u0041',
  ' ',
  '\t',
  '\r',
  '\u0000',
  '\u202e',
  'é',
  '-',
  '+',
  '.',
  '0',
  '1e3',
  '1.0',
  '1E400',
  'null',
  'true',
  'NaN',
  'Infinity',
  '/',
  '""',
  '\ufeff',
  ',"prompt":"hi"',
  ',"exit":"ok"',
  ',"tokens_in_cached":5',
  ',"tokens_in_cached":5}',
  ',"cold_start":true',
  ',"streamed":false',
  ',"tokens_estimated":1',
  ',"speculative":false',
  ',"host_id":"0123456789abcdef"',
  ',"error_code":"oom"',
  '"tokens_in":1,',
]

const splice = fc
  .tuple(realLine, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(6), fc.constantFrom(...SNIPPETS, ''))
  .map(([line, place, cut, snippet]) => {
    const at = Math.floor(place * line.length)
    return line.slice(0, at) + snippet + line.slice(at + cut)
  })

/** Replaces the value of a random key. */
const VALUES = [
  'null',
  '0',
  '-0',
  '-1',
  '1',
  '1.5',
  '1.0',
  '1e2',
  '1e-7',
  '604800000',
  '604800001',
  '99999999999',
  '"ok"',
  '"error"',
  '"x"',
  '""',
  '" "',
  '"a,b"',
  '"\\u006fk"',
  'true',
  '{}',
  '[]',
  '[1]',
  '{"a":1}',
  '"hf:a/b"',
  '"/home/a/b"',
  '"2026-13-01T00:00:00Z"',
  '"2026-10-01T00:00:00Z"',
  '"anon"',
  '007',
  '1_000',
  ' 7',
  '7 ',
]
const revalue = fc.tuple(realLine, fc.nat(18), fc.constantFrom(...VALUES)).map(([line, i, value]) => {
  const keys = Object.keys(JSON.parse(line))
  const key = keys[i % keys.length]!
  return line.replace(new RegExp(`"${key}":("[^"]*"|[^,}]*)`), `"${key}":${value}`)
})

const restyle = fc
  .tuple(realLine, fc.constantFrom('python', 'reversed', 'reordered', 'doubled blanks', 'sparse', 'lacking'))
  .map(([line, style]) => {
    const value = JSON.parse(line) as Record<string, unknown>
    const entries = Object.entries(value)
    if (style === 'python') return line.replaceAll('":', '": ').replaceAll(',"', ', "')
    if (style === 'reversed') return JSON.stringify(Object.fromEntries(entries.reverse()))
    if (style === 'reordered') return JSON.stringify(Object.fromEntries([...entries.slice(3), ...entries.slice(0, 3)]))
    if (style === 'sparse') return JSON.stringify(Object.fromEntries(entries.slice(0, 14)))
    if (style === 'lacking') return JSON.stringify(Object.fromEntries(entries.filter((_, i) => i !== line.length % 14)))
    return line.replaceAll('":', '" :  ')
  })

const content = fc
  .tuple(
    fc.array(fc.oneof(realLine, splice, revalue, restyle), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('\n', '\n', '\r\n', '\n\n'),
    fc.boolean(),
  )
  .map(([lines, separator, closed]) => lines.join(separator) + (closed ? '\n' : ''))

describe('scan and zod', () => {
  test('agree on every file of mutated lines', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(content, { minLength: 60, maxLength: 60 }), async (contents) => {
        const { counts } = await check(contents)
        const expected = contents.map(judge)
        for (const [i, text] of contents.entries()) expect({ text, ...counts[i] }).toEqual({ text, ...expected[i] })
      }),
      { endOnFailure: true, numRuns: Number(process.env.VERDICT_RUNS ?? 6), seed: 20261124 },
    )
  })
})

describe('every line by itself', () => {
  test('is accepted by the scan only where zod accepts it, over many lines', { timeout: 300_000 }, () => {
    const scanner = new Scanner()
    const seen = { lines: 0, accepted: 0, refused: 0 }
    const mutated = fc.oneof(realLine, splice, splice, revalue, revalue, restyle)
    fc.assert(
      fc.property(fc.array(mutated, { minLength: 500, maxLength: 500 }), (lines) => {
        for (const text of lines) {
          const scanned = scanBytes(scanner, text)?.groups ?? null
          const accepted = scanned !== null
          const expected = judge(text)
          // What the scan does not accept is given to zod, so that no other disagreement can be.
          if (accepted) expect({ text, rejected: expected.rejected }).toEqual({ text, rejected: 0 })
          if (accepted) expect(scanned!.reduce((sum, group) => sum + group.lines, 0)).toBe(expected.fits)
          seen.lines++
          seen[accepted ? 'accepted' : 'refused']++
        }
      }),
      { endOnFailure: true, numRuns: LINES / 500, seed: 20261124 },
    )
    expect(seen.lines).toBeGreaterThanOrEqual(LINES)
    expect(seen.accepted).toBeGreaterThan(0.3 * LINES)
    expect(seen.refused).toBeGreaterThan(0.3 * LINES)
  })
})

const [good] = fc.sample(realLine, { seed: 1, numRuns: 1 }) as [string]

describe('files', () => {
  test('with bytes that are not UTF-8 lose that line only, and say which', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${good}\n`),
      Buffer.from([0x7b, 0xff, 0x7d, 0x0a]),
      Buffer.from(`${good}\n`),
    ])
    const { counts, rejections } = await check([bytes, `${good}\n`])
    expect(counts).toEqual([
      { fits: 2, rejected: 1 },
      { fits: 1, rejected: 0 },
    ])
    expect(rejections).toMatchObject([{ line: 2, problem: { expected: 'UTF-8 text' } }])
  })

  test('may be empty', async () => {
    expect((await check(['', '\n', `${good}\n`])).counts).toEqual([
      { fits: 0, rejected: 0 },
      { fits: 0, rejected: 0 },
      { fits: 1, rejected: 0 },
    ])
  })

  test('with a line of 100,000 characters lose that line only', async () => {
    expect((await check([`${good}\n${'x'.repeat(100_000)}\n${good}\n`])).counts).toEqual([{ fits: 2, rejected: 1 }])
  })

  test('keep implausible lines out one by one, with the line number', async () => {
    const liar = good.replace(/"vram_used_mb_peak":\d+/, '"vram_used_mb_peak":16000000')
    const { verdicts, quarantines } = await check([
      `${good}\n${liar}\n${good.replace(/"job_id":"[^"]*"/, '"job_id":"0123456789abcdef"')}\n`,
    ])
    expect(verdicts).toMatchObject([{ lines: 3, accepted: 2, quarantined: 1, rejected: 0 }])
    expect(quarantines).toMatchObject([{ line: 2, reason: 'implausible_memory' }])
  })

  test.each([
    ['"model_ref":"custom"', 'generic_model', 'custom'],
    ['"model_ref":"private"', 'private_model', 'private'],
    ['"gpu_name":"NVIDIA A100-SXM4-40GB MIG 1g.5gb"', 'part_gpu', 'NVIDIA A100-SXM4-40GB MIG 1g.5gb'],
    ['"gpu_name":"NVIDIA RTX 9999"', 'unknown_gpu', 'NVIDIA RTX 9999'],
  ])('with %s are quarantined under that name', async (member, reason, name) => {
    const old = new RegExp(`${member.split(':')[0]}:"[^"]*"`)
    const { quarantines } = await check([`${good.replace(old, member)}\n`])
    expect(quarantines).toMatchObject([{ line: null, lines: 1, reason, unknown: { name } }])
  })

  test('with a model that the catalogue does not list count under its own name', async () => {
    const { verdicts } = await check([`${good.replace(/"model_ref":"[^"]*"/, '"model_ref":"hf:nobody/nothing"')}\n`])
    expect(verdicts).toMatchObject([{ accepted: 1, quarantined: 0 }])
  })

  test('whose model is private are valid, in no table, and no name to add to the catalogue', async () => {
    const { quarantines } = await check([`${good.replace(/"model_ref":"[^"]*"/, '"model_ref":"private"')}\n`])
    expect(quarantines).toMatchObject([{ lines: 1, reason: 'private_model', unknown: { why: 'private' } }])
  })
})
