import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Problem } from '../../../contracts/index.ts'
import { NameIndex } from '../../../contracts/name_index.ts'
import { main as validate } from '../../../pipeline/validate.ts'
import { checkLine } from '../../../site/lib/my_numbers/check_line.ts'
import { checkLines } from '../../../telemetry/cli/share/describe_lines.ts'
import { callCommand } from '../../support/call_command.ts'
import { callOrch } from '../../telemetry/cli/support/call_orch.ts'
import { makeFolder } from '../../telemetry/support/run_orch.ts'

/**
 * A contributor meets the checks in the browser, in the terminal (`orch validate` for the contract, `orch share` for all) and on the pull
 * request: they must say the same of every line, in the same words.
 */
const MONTH = new Date().toISOString().slice(0, 7)
const read = (path: string) => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8')
const catalogue = (name: string) => JSON.parse(read(`data/catalog/${name}.json`))
const names = new NameIndex({ ...catalogue('gpus'), ...catalogue('models'), ...catalogue('engines') })

const [first] = read('tests/fixtures/import/llama-bench-jsonl/expected.jsonl').split('\n', 1)
const SAMPLE = { ...JSON.parse(first!), ts: `${MONTH}-01T00:00:00Z` }
const RUN = {
  ...{ origin: '0123456789abcdef0123456789abcdef#1', ts: SAMPLE.ts, model_ref: 'hf:Qwen/Qwen3-8B', engine: 'vllm' },
  ...{ engine_version: '0.11.0', gpu_name: 'NVIDIA L40S', gpu_count: 1, vram_total_mb: null, vram_used_mb_peak: null },
  ...{ tokens_in: 512, tokens_out: 128, first_token_ms: 100, decode_time_ms: 4000, total_time_ms: null, exit: 'ok' },
  ...{ measurement_type: 'batched_online', concurrency: 16, quantization: 'fp8', runs: 1 },
}

type Verdict = 'accepted' | 'rejected' | 'quarantined'
const CASES: [what: string, verdict: Verdict, line: object | string][] = [
  ['a sample', 'accepted', {}],
  ['a model that the catalogue does not know', 'accepted', { model_ref: 'hf:acme/Frobnik-7B' }],
  ['text that is no JSON', 'rejected', 'hello'],
  ['a line that breaks off', 'rejected', '{"ts":'],
  ['an array', 'rejected', '[]'],
  ['a key twice', 'rejected', '{"a":1,"a":2}'],
  ['an unknown key', 'rejected', { prompt: 'secret' }],
  ['a missing key', 'rejected', { exit: undefined }],
  ['a negative count', 'rejected', { tokens_in: -1 }],
  ['a number as text', 'rejected', { decode_time_ms: '5' }],
  ['several problems', 'rejected', { tokens_out: 1.5, exit: 'fine', gpu_count: 0 }],
  ['a path as a name', 'rejected', { model_ref: '/home/ada/models/a.gguf' }],
  ['no time for a task that ended well', 'rejected', { first_token_ms: null }],
  ['a GPU that nobody knows', 'quarantined', { gpu_name: 'Imaginary GPU 9000' }],
  ['a GPU of several sizes', 'quarantined', { gpu_name: 'NVIDIA GeForce RTX 3060' }],
  ['a part of a GPU', 'quarantined', { gpu_name: 'NVIDIA A100-SXM4-40GB MIG 1g.5gb' }],
  ['a file name that says nothing', 'quarantined', { model_ref: 'model' }],
  ['an engine that nobody knows', 'quarantined', { engine: 'frobnik' }],
  ['a speed that cannot be true', 'quarantined', { decode_time_ms: 250, tokens_out: 100_000 }],
  ['weights that do not fit', 'quarantined', { weights_mb: 900_000 }],
  ['a run', 'accepted', RUN],
  ['a run without its time', 'rejected', { ...RUN, runs: 0 }],
  ['a run on a GPU that nobody knows', 'quarantined', { ...RUN, gpu_name: 'Imaginary GPU 9000' }],
]
const LINES = CASES.map(([, , line], index) => {
  if (typeof line === 'string') return line
  const job_id = index.toString(16).padStart(32, '0')
  return JSON.stringify('origin' in line ? { ...line, origin: `${job_id}#1` } : { ...SAMPLE, job_id, ...line })
})
const VERDICTS = CASES.map(([what, verdict]) => `${what}: ${verdict}`)

/** The problems of each line, which lies in a file of its own. */
function byFile(paths: readonly string[], problems: readonly (Omit<Problem, 'path'> & { path: string })[]) {
  return paths.map((path) => problems.filter((problem) => problem.path === path).map(wordsOf))
}

const wordsOf = (problem: { column: number; expected: string; found: string; fix: string }) =>
  `${problem.column}: expected ${problem.expected}, found ${problem.found}. ${problem.fix}`

const label = (verdictAt: (at: number) => Verdict) => CASES.map(([what], at) => `${what}: ${verdictAt(at)}`)

test('browser, terminal and pull request give every line the same verdict in the same words', async () => {
  const folder = makeFolder()
  const paths = LINES.map((_, at) => join(folder, `${at}.jsonl`))
  for (const [at, path] of paths.entries()) writeFileSync(path, `${LINES[at]}\n`)

  const inBrowser = LINES.map((line) => checkLine(line, names, MONTH))
  expect(label((at) => inBrowser[at]!.verdict)).toEqual(VERDICTS)

  const pipeline = JSON.parse((await callCommand(validate, [...paths, '--json'])).stdout)
  const rejected = byFile(paths, pipeline.rejected)
  const countsOf = (at: number) => pipeline.files.find((file: { path: string }) => file.path === paths[at])
  const onRequest = (at: number) =>
    (['accepted', 'rejected', 'quarantined'] as const).find((kind) => countsOf(at)[kind])
  expect(label((at) => onRequest(at)!)).toEqual(VERDICTS)

  const contract = JSON.parse((await callOrch(['validate', '--json', ...paths])).out)
  expect(byFile(paths, contract.rejected)).toEqual(rejected)
  const browserWords = inBrowser.map((line) => (line.verdict === 'rejected' ? line.problems.map(wordsOf) : []))
  expect(browserWords).toEqual(rejected)

  const { problems } = checkLines(LINES.join('\n'), names, MONTH)
  const shared = LINES.map((_, at) =>
    problems.filter(({ line }) => line === at + 1).map(({ problem }) => wordsOf(problem)),
  )
  expect(shared).toEqual(inBrowser.map((line) => ('problems' in line ? line.problems.map(wordsOf) : [])))
})
