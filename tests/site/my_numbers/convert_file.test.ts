import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, it, test } from 'vitest'
import { EngineCatalog, GpuCatalog, ModelCatalog } from '../../../contracts/index.ts'
import { checkFile } from '../../../site/lib/my_numbers/check_file.ts'
import { convertFile } from '../../../site/lib/my_numbers/convert_file.ts'
import { readImportArguments } from '../../../telemetry/cli/import_arguments.ts'
import { FORMATS } from '../../../telemetry/import/formats/index.ts'
import { callOrch } from '../../telemetry/cli/support/call_orch.ts'
import { FORMAT_CASES } from '../../telemetry/import/support/format_cases.ts'
import { makeFolder } from '../../telemetry/support/run_orch.ts'

const ROOT = join(import.meta.dirname, '../../..')
const FIXTURES = join(ROOT, 'tests/fixtures/import')
const CASES = readdirSync(FIXTURES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

const catalogue = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, `data/catalog/${name}.json`), 'utf8'))
const NAMES = {
  ...GpuCatalog.parse(catalogue('gpus')),
  ...ModelCatalog.parse(catalogue('models')),
  ...EngineCatalog.parse(catalogue('engines')),
}

const openKey = async () => ({
  key: await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
  kept: true,
})

const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ ...JSON.parse(line), job_id: '', origin: '' }))
    .map((line) => JSON.stringify(line))
    .sort()

it.each(CASES)('the browser makes the lines of the terminal of %s', async (name) => {
  const folder = join(FIXTURES, name)
  const { args } = JSON.parse(readFileSync(join(folder, 'command.json'), 'utf8')) as { args: string[] }
  const { files, options } = readImportArguments(args, FORMATS)
  const file = new File([readFileSync(join(folder, files[0]!))], files[0]!)
  const converted = await convertFile(file, NAMES, options, openKey)
  const inTerminal = readFileSync(join(folder, 'expected.jsonl'), 'utf8')
  expect(linesOf(await converted!.file.text())).toEqual(linesOf(inTerminal))
})

const ANSWERS = [
  ...['--model', 'hf:Qwen/Qwen3-8B', '--gpu', 'NVIDIA H100 80GB HBM3', '--gpu-count', '8'],
  ...['--engine', 'vllm', '--date', '2026-10-10'],
]

it.each(FORMAT_CASES)('the browser makes the lines of the terminal of $format $what', async ({ input, kind }) => {
  const text = typeof input === 'string' ? input : JSON.stringify(input, null, 1)
  const path = join(makeFolder(), 'results.txt')
  writeFileSync(path, text)
  const inTerminal = await callOrch(['import', path, ...ANSWERS])
  const { options } = readImportArguments([path, ...ANSWERS], FORMATS)
  const { file, conversion } = (await convertFile(new File([text], 'results.txt'), NAMES, options, openKey))!
  expect(linesOf(await file.text())).toEqual(linesOf(inTerminal.out))
  expect(conversion[kind === 'run' ? 'runs' : 'samples']).toBe(1)
})

test('every format that is read is among those compared', () => {
  const compared = new Set([...FORMAT_CASES.map(({ format }) => format), ...CASES])
  const left = FORMATS.filter(({ name, summary }) => !compared.has(name) && !summary.endsWith('(named, not read)'))
  expect(left.map(({ name }) => name)).toEqual([])
})

test('what is missing is told, and then given by the answers; the lines are counted like any others', async () => {
  const summary = {
    ...{ date: '20261012-120301', backend: 'openai', model_id: 'Qwen/Qwen3-8B', max_concurrency: 16, duration: 60 },
    ...{ completed: 500, total_input_tokens: 255000, total_output_tokens: 64000, output_throughput: 1066 },
    ...{ mean_ttft_ms: 90, mean_tpot_ms: 12 },
  }
  const file = new File([JSON.stringify(summary)], 'run.json')
  const first = await convertFile(file, NAMES, {}, openKey)
  expect(first!.conversion.missing.map(({ option }) => option)).toEqual(['gpu', 'engine'])
  const answers = { gpu: 'NVIDIA L40S', engine: 'vllm' }
  const second = await convertFile(file, NAMES, answers, openKey)
  expect(second!.conversion).toMatchObject({ formats: ['vllm-bench'], samples: 0, runs: 1, missing: [] })
  const reference = { names: NAMES, rows: [], contributors: 5 }
  const onProgress = () => undefined
  const report = await checkFile({ file: second!.file, reference, month: '2026-11', openKey, onProgress })
  expect(report).toMatchObject({ accepted: 1, rejected: 0, quarantined: 0 })
  expect(report.groups[0]!.figures).toMatchObject({ ttft_ms: { p50: 90 }, decode_tps: { n: 1 } })
  expect(await report.export!.blob.text()).toContain('"origin"')
})

/** Results of llama-bench, and what the terminal makes of them. */
const LLAMA = join(FIXTURES, 'llama-bench-jsonl')

it.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
  ['zstd with a checksum, in frames', packInFrames],
])('unpacks %s, whatever the file is called', async (_, pack) => {
  const file = new File([new Uint8Array(pack(readFileSync(join(LLAMA, 'results.jsonl'))))], 'results')
  const converted = await convertFile(file, NAMES, {}, openKey)
  const inTerminal = readFileSync(join(LLAMA, 'expected.jsonl'), 'utf8')
  expect(linesOf(await converted!.file.text())).toEqual(linesOf(inTerminal))
  const packed = new File([new Uint8Array(pack(Buffer.from(inTerminal)))], 'samples')
  const reference = { names: NAMES, rows: [], contributors: 5 }
  const report = await checkFile({ file: packed, reference, month: '2026-11', openKey, onProgress: () => undefined })
  expect(report).toMatchObject({ lines: inTerminal.trim().split('\n').length, rejected: 0 })
})

/** As `zstd --check` writes each of several files that are appended to one. */
function packInFrames(bytes: Uint8Array): Buffer {
  const half = bytes.length >> 1
  const params = { [constants.ZSTD_c_checksumFlag]: 1 }
  return Buffer.concat(
    [bytes.subarray(0, half), bytes.subarray(half)].map((part) => zstdCompressSync(part, { params })),
  )
}

it.each([
  ['asks for gigabytes', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0xf8, 1, 0, 0, 0]), /window of more than 128 MB/],
  ['unpacks to more than an import reads', zstdCompressSync(Buffer.alloc(101_000_000, ' [')), /more than 100 MB/],
])('refuses zstd that %s', async (_, bytes, message) => {
  await expect(convertFile(new File([new Uint8Array(bytes)], 'r.json.zst'), NAMES, {}, openKey)).rejects.toThrow(
    message,
  )
})

test('zstd that breaks off is no complete file', async () => {
  const file = new File([new Uint8Array(zstdCompressSync(randomBytes(5000)).subarray(0, 3000))], 'samples.jsonl.zst')
  expect(await convertFile(file, NAMES, {}, openKey)).toBeNull()
  const reference = { names: NAMES, rows: [], contributors: 5 }
  const check = checkFile({ file, reference, month: '2026-11', openKey, onProgress: () => undefined })
  await expect(check).rejects.toThrow('Is it a complete .jsonl, .jsonl.gz or .jsonl.zst file?')
})

const SAMPLES = readFileSync(join(FIXTURES, 'vllm-bench/expected.jsonl'))

it.each([
  ['samples', [SAMPLES]],
  ['samples behind a damaged line', ['{"ts":\n', SAMPLES]],
  ['nothing', ['\n']],
])('a file of %s is left as it is', async (_, parts) => {
  expect(await convertFile(new File(parts, 'samples.jsonl'), NAMES, {}, openKey)).toBeNull()
})
