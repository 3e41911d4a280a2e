import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLines } from '../../../telemetry/cli/read_lines.ts'
import { makeFolder, runOrch } from '../support/run_orch.ts'
import { callOrch } from './support/call_orch.ts'

const SAMPLE = {
  ts: '2026-03-14T00:00:00Z',
  tenant_id: 'anon',
  job_id: '0123456789abcdef0123456789abcdef',
  model_ref: 'hf:org/repo',
  engine: 'vllm',
  engine_version: '0.5.2',
  gpu_name: 'NVIDIA A100-SXM4-40GB',
  vram_total_mb: 40536,
  vram_used_mb_peak: null,
  tokens_in: 1000,
  tokens_out: 2000,
  first_token_ms: 420,
  decode_time_ms: 9640,
  exit: 'ok',
}
const GOOD = `${JSON.stringify(SAMPLE)}\n`
const BAD = `${JSON.stringify({ ...SAMPLE, prompt: 'secret', tokens_out: -1 })}\n`

function makeFiles(files: Record<string, string | Buffer>): (name: string) => string {
  const folder = makeFolder()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return (name) => join(folder, name)
}

describe('orch validate', () => {
  it('accepts good files, plain and compressed, and says what it did not check', async () => {
    const path = makeFiles({
      'a.jsonl': GOOD,
      'b.jsonl.gz': gzipSync(GOOD + GOOD),
      'c.jsonl.zst': zstdCompressSync(Buffer.from(GOOD)),
    })
    const { code, out, error } = await callOrch(['validate', path('a.jsonl'), path('b.jsonl.gz'), path('c.jsonl.zst')])
    expect({ code, out }).toEqual({ code: 0, out: '3 files, 4 lines: 4 accepted, 0 rejected\n' })
    expect(error).toBe(
      'note: checked against the contract only; the pipeline also checks names against its catalogue (npm run validate there)\n',
    )
  })

  it('names every problem of every line, by the place in the file', async () => {
    const path = makeFiles({ 'a.jsonl': `${GOOD}\n${BAD}{"ts":\n` })
    const { code, out } = await callOrch(['validate', path('a.jsonl')])
    expect(code).toBe(1)
    expect(out.replaceAll(path('a.jsonl'), 'a.jsonl')).toMatchInlineSnapshot(`
      "a.jsonl:3:272: $.tokens_out: expected a number of at least 0, found -1. Fix: check the unit and the measurement.
      a.jsonl:3:330: $.prompt: expected only keys of the contract, found an unknown key. Fix: remove the key; the contract holds metadata and timings, never text of prompts or answers.
      a.jsonl:4:7: $: expected valid JSON, found the end of the line. Fix: write one complete JSON object on each line.
      1 file, 3 lines: 1 accepted, 2 rejected
      "
    `)
  })

  it('prints the same as JSON', async () => {
    const path = makeFiles({ 'a.jsonl': GOOD + BAD })
    const { code, out } = await callOrch(['validate', '--json', path('a.jsonl'), path('gone.jsonl')])
    expect(code).toBe(1)
    expect(JSON.parse(out.replaceAll(path('/'), ''))).toEqual({
      files: [{ path: 'a.jsonl', contract: 'anonymized_export', lines: 2, accepted: 1, rejected: 1 }],
      refused: [{ path: 'gone.jsonl', expected: 'a file', found: 'nothing', fix: 'check the path' }],
      rejected: [
        expect.objectContaining({ path: 'a.jsonl', line: 2, json_path: '$.tokens_out' }),
        expect.objectContaining({ path: 'a.jsonl', line: 2, json_path: '$.prompt', found: 'an unknown key' }),
      ],
    })
  })

  it('refuses what is no whole file of samples', async () => {
    const path = makeFiles({ 'a.txt': GOOD, 'torn.jsonl.gz': gzipSync(GOOD).subarray(0, 40), 'plain.jsonl.gz': GOOD })
    mkdirSync(path('folder.jsonl'))
    symlinkSync(path('a.txt'), path('link.jsonl'))
    const names = ['a.txt', 'folder.jsonl', 'link.jsonl', 'torn.jsonl.gz', 'plain.jsonl.gz']
    const { code, out } = await callOrch(['validate', ...names.map(path)])
    expect(code).toBe(1)
    expect(out.replaceAll(path('/'), '')).toMatchInlineSnapshot(`
      "a.txt: refused: expected a name that ends in .jsonl, .jsonl.gz or .jsonl.zst, found a.txt. Fix: rename the file.
      folder.jsonl: refused: expected a file, found no regular file. Fix: name the file itself.
      link.jsonl: refused: expected a file, found a symbolic link. Fix: name the file itself.
      torn.jsonl.gz: refused: expected a whole gzip file, found unexpected end of file. Fix: compress the file again.
      plain.jsonl.gz: refused: expected a whole gzip file, found incorrect header check. Fix: compress the file again.
      2 files, 0 lines: 0 accepted, 0 rejected
      "
    `)
  })

  it('judges each line with an origin by the contract of runs, also beside samples', async () => {
    const run = {
      ...{
        origin: `${'0'.repeat(32)}#1`,
        ts: SAMPLE.ts,
        model_ref: 'hf:org/repo',
        engine: 'vllm',
        engine_version: '1',
      },
      ...{ gpu_name: 'NVIDIA L4', gpu_count: 1, vram_total_mb: null, vram_used_mb_peak: null, tokens_in: 1000 },
      ...{ tokens_out: 100, first_token_ms: 90, decode_time_ms: null, total_time_ms: null, exit: 'ok' },
      ...{ measurement_type: 'batched_online', concurrency: 8, quantization: null, runs: 1, requests: 80 },
    }
    const path = makeFiles({ 'a.jsonl': `${GOOD}${JSON.stringify(run)}\n{"origin":"a#1"}\n` })
    const { out } = await callOrch(['validate', '--json', path('a.jsonl')])
    expect(JSON.parse(out).files).toMatchObject([{ contract: 'mixed', lines: 3, accepted: 2, rejected: 1 }])
  })

  it('takes the contract from the lines, or from the command line', async () => {
    const event = `${JSON.stringify({ ...SAMPLE, ts: '2026-03-14T09:26:53.589Z', job_id: 'job-1', tenant_id: 'acme' })}\n`
    const path = makeFiles({ 'event.jsonl': event, 'curated.jsonl': '{"origin":"a#1"}\n' })
    expect((await callOrch(['validate', path('event.jsonl')])).code).toBe(1)
    expect((await callOrch(['validate', path('event.jsonl'), '--contract', 'telemetry_event'])).code).toBe(0)
    const curated = await callOrch(['validate', '--json', path('curated.jsonl')])
    expect(JSON.parse(curated.out).files[0].contract).toBe('benchmark_run')
    const wrong = await callOrch(['validate', path('event.jsonl'), '--contract', 'event'])
    expect(wrong).toMatchObject({
      code: 2,
      error: '--contract: expected one of anonymized_export, telemetry_event, benchmark_run, found "event".\n',
    })
  })

  it('words refusals and rejections as the pipeline does', async () => {
    const path = makeFiles({
      'bad.jsonl': `${GOOD}${BAD}{"ts":\n[]\n\n${GOOD.trim()},\r\n{"a":1,"a":2}\n`,
      'bytes.jsonl': Buffer.concat([Buffer.from(GOOD), Buffer.from([0x7b, 0xff, 0x0a])]),
      'a.txt': GOOD,
    })
    const names = ['bad.jsonl', 'bytes.jsonl', 'a.txt', 'gone.jsonl'].map(path)
    const mine = JSON.parse((await callOrch(['validate', '--json', ...names])).out)
    const { stdout } = spawnSync(process.execPath, ['pipeline/validate.ts', '--json', ...names], { encoding: 'utf8' })
    const { rejected, refused } = JSON.parse(stdout)
    expect(rejected.length).toBeGreaterThan(15)
    expect({ rejected: mine.rejected, refused: mine.refused }).toEqual({ rejected, refused })
  })

  it('reads standard input', () => {
    expect(runOrch(['validate', '-'], { input: GOOD + BAD })).toMatchObject({ status: 1 })
    expect(runOrch(['validate', '-'], { input: GOOD })).toMatchObject({
      status: 0,
      stdout: '1 file, 1 line: 1 accepted, 0 rejected\n',
    })
  })
})

describe('lines', () => {
  it('are the same however the bytes arrive', async () => {
    const text = fc.array(fc.constantFrom('a', 'é', '\n', '\r', '\r\n', '{}', '\ufeff'), { maxLength: 30 })
    const property = fc.asyncProperty(text, fc.array(fc.nat(12)), async (parts, cuts) => {
      const bytes = Buffer.from(parts.join(''))
      expect(await collect(cut(bytes, cuts))).toEqual(await collect([bytes]))
    })
    await fc.assert(property)
  })

  it('end with LF, CR LF or CR, count from 1, and may be no text', async () => {
    const bytes = Buffer.concat([Buffer.from('\ufeffa\nb\r\n\rc'), Buffer.from([0xff]), Buffer.from('\n')])
    expect(await collect([bytes])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, ''],
      [4, null],
    ])
  })
})

async function collect(chunks: Buffer[]): Promise<[number, string | null][]> {
  const lines: [number, string | null][] = []
  for await (const { number, text } of readLines(chunks)) lines.push([number, text])
  return lines
}

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  let at = 0
  for (const length of lengths) {
    chunks.push(bytes.subarray(at, at + length))
    at += length
  }
  return [...chunks, bytes.subarray(at)]
}
