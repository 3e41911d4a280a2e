import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CellRow } from '../../contracts/index.ts'
import { main as build } from '../../pipeline/cli.ts'
import { main as validate } from '../../pipeline/validate.ts'
import { callCommand } from '../support/call_command.ts'
import { callOrch } from '../telemetry/cli/support/call_orch.ts'
import { figuresByHand, quantile } from './import_figures.mjs'

interface Case {
  file: string
  /** What the file does not say. */
  flags: string[]
  cell: Partial<CellRow>
}

const H100 = 'NVIDIA H100 80GB HBM3'
/** The days of the files are too long ago for an export. */
const DATE = ['--date', '2026-11-12']

const CASES: Case[] = [
  {
    file: 'llama-bench.jsonl',
    flags: [],
    cell: {
      model_id: 'hf:meta-llama/Llama-2-7b-hf',
      quantization: 'Q4_0',
      gpu_id: 'amd-radeon-8060s',
      engine: 'llama.cpp',
    },
  },
  {
    file: 'llama-bench.txt',
    flags: ['--model', 'hf:meta-llama/Llama-2-7b-hf'],
    cell: { model_id: 'hf:meta-llama/Llama-2-7b-hf', quantization: 'Q4_0', gpu_id: 'amd-rx-7900-xtx', gpu_count: 1 },
  },
  {
    file: 'vllm-detailed.json',
    flags: ['--gpu', 'AMD Instinct MI300X OAM', '--gpu-count', '8', '--engine-version', '0.6.4'],
    cell: { model_id: 'hf:meta-llama/Llama-3.1-405B-FP8', quantization: 'fp8', gpu_count: 8, engine: 'vllm' },
  },
  {
    file: 'vllm-summary.json',
    flags: ['--engine-version', '0.8.5'],
    cell: { model_id: 'hf:deepseek-ai/DeepSeek-R1-Distill-Llama-8B', gpu_id: 'nvidia-h100-pcie-80gb', engine: 'vllm' },
  },
  {
    file: 'aiperf.json',
    flags: ['--gpu', 'NVIDIA GeForce RTX 5090', '--engine', 'vllm', '--engine-version', '0.12.0', '--gpu-count', '1'],
    cell: { model_id: 'hf:Qwen/Qwen3-8B', quantization: 'nvfp4', gpu_id: 'nvidia-rtx-5090', prompt_bucket: 'any' },
  },
  {
    file: 'sglang.txt',
    flags: ['--gpu', 'NVIDIA B200', '--gpu-count', '8', '--model', 'hf:zai-org/GLM-4.6', '--engine-version', '0.5.6'],
    cell: { model_id: 'hf:zai-org/GLM-4.6', gpu_count: 8, engine: 'sglang' },
  },
  {
    // The file names a hosted service, whose machines nobody knows: model, engine and GPU are made up here.
    file: 'llmperf.json',
    flags: [
      '--model',
      'hf:Qwen/Qwen3-32B',
      '--gpu',
      H100,
      '--gpu-count',
      '1',
      '--engine',
      'vllm',
      '--quantization',
      'fp8',
    ],
    cell: { model_id: 'hf:Qwen/Qwen3-32B', quantization: 'fp8', engine: 'vllm' },
  },
]

/** Seven contributors whose machines differ a little: all times of a file are multiplied by one of these. */
const FACTORS = [0.94, 0.97, 0.99, 1, 1.01, 1.03, 1.06]
const PERCENTILES = { p25: 0.25, p50: 0.5, p75: 0.75 }
/** As many contributors have a value on either side of a median, or it moves inwards. */
const BEHIND = Math.min(5, Math.floor((FACTORS.length + 1) / 2))
/** A quantile of the histogram is within 1.083 %; a line keeps three digits of a time. */
const BOUND = 0.01083 + 0.0051

const EXCERPTS = join(import.meta.dirname, 'imports')
const folder = mkdtempSync(join(tmpdir(), 'imports-test-'))
const exportsOf = (index: number) => join(folder, 'data/exports', `contributor-${index}`, '2026-11')
const outOf = (index: number, file: string) => join(exportsOf(index), `${file.replace('.', '-')}.jsonl`)
const paths = FACTORS.flatMap((_, index) => CASES.map(({ file }) => outOf(index, file)))
let cells: CellRow[] = []

beforeAll(async () => {
  const data = join(import.meta.dirname, '../../data')
  cpSync(join(data, 'catalog'), join(folder, 'data/catalog'), { recursive: true })
  const policy = JSON.parse(readFileSync(join(data, 'policy.json'), 'utf8'))
  // A month is published once it is closed.
  writeFileSync(join(folder, 'data/policy.json'), JSON.stringify({ ...policy, closed_through: 202611 }))
  for (const [index, factor] of FACTORS.entries()) {
    mkdirSync(exportsOf(index), { recursive: true })
    for (const { file, flags } of CASES) {
      const raw = join(folder, file)
      writeFileSync(raw, slowDown(readFileSync(join(EXCERPTS, file), 'utf8'), factor))
      const args = ['import', raw, ...flags, ...DATE, '--out', outOf(index, file)]
      const call = await callOrch(args, { now: '2026-11-30T12:00:00Z' })
      expect(call.code, call.error).toBe(0)
    }
  }
  const out = join(folder, 'out')
  const built = await callCommand(build, ['--data', join(folder, 'data'), '--out', out, '--no-cache'])
  expect(built.code, built.stderr).toBe(0)
  cells = tableFromIPC(readFileSync(join(out, 'cells.arrow')))
    .toArray()
    .map((row) => row.toJSON() as CellRow)
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('what is published of imported files is what an independent reading of them says', () => {
  test.each(CASES)('$file', ({ file, cell }) => {
    const found = cells.filter((row) =>
      Object.entries(cell).every(([key, value]) => row[key as keyof CellRow] === value),
    )
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ contributors: 5, evidence: 'provisional' })
    const byHand = figuresByHand(file)
    const counts = [byHand.decode_tps, byHand.ttft_ms].map(({ length }) => FACTORS.length * length)
    const speeds = FACTORS.map((factor) => byHand.decode_tps.map((value) => value / factor))
    const times = FACTORS.map((factor) => byHand.ttft_ms.map((value) => value * factor))
    for (const [metric, people] of [
      ['decode_tps', speeds],
      ['ttft_ms', times],
    ] as const) {
      const values = people.flat()
      // One count for all figures, end-to-end speed among them, in steps.
      expect(found[0]![`${metric}_n`]).toBe(found[0]!.samples)
      expect(found[0]!.samples).toBeLessThanOrEqual(1.05 * Math.min(...counts) + 2)
      for (const [name, q] of Object.entries(PERCENTILES) as [keyof typeof PERCENTILES, number][]) {
        const published = found[0]![`${metric}_${name}`]
        const [low, high] = quantile(values, q).map(name === 'p50' ? moveInward(people) : Number) as [number, number]
        if (name !== 'p50') expect(published !== null || isThin(people, low, high), `${metric}_${name}`).toBe(true)
        if (published === null) continue
        expect(published, `${metric}_${name}`).toBeGreaterThan(low * (1 - BOUND))
        expect(published, `${metric}_${name}`).toBeLessThan(high * (1 + BOUND))
      }
    }
  })
})

test('the check accepts every line of them', async () => {
  const { code, stdout } = await callCommand(validate, [...paths, '--data', join(folder, 'data')])
  expect(stdout).toMatch(/49 files, (\d+) lines: \1 accepted, 0 rejected, 0 quarantined/)
  expect(code).toBe(0)
})

/** Whether fewer than five contributors have values on one side of a percentile, which is then withheld. */
function isThin(people: readonly number[][], low: number, high: number): boolean {
  const below = people.filter((values) => Math.min(...values) <= low * (1 + BOUND)).length
  const above = people.filter((values) => Math.max(...values) >= high * (1 - BOUND)).length
  return Math.min(below, above) < 5 || people.some((values) => Math.min(...values) > low || Math.max(...values) < high)
}

/** Moves a median to where enough contributors have values on both of its sides. */
function moveInward(people: readonly number[][]): (value: number) => number {
  const lowest = people.map((values) => Math.min(...values)).sort((a, b) => a - b)[BEHIND - 1]!
  const highest = people.map((values) => Math.max(...values)).sort((a, b) => b - a)[BEHIND - 1]!
  return (value) => Math.min(Math.max(value, lowest), Math.max(lowest, highest))
}

/** The file of a machine that takes `factor` times as long for everything. */
function slowDown(text: string, factor: number): string {
  if (/^\s*[[{]/.test(text))
    return text.includes('}\n{')
      ? text
          .trim()
          .split('\n')
          .map((line) => slowJson(line, factor))
          .join('\n')
      : slowJson(text, factor)
  return text
    .replace(/(\((?:ms|s)\): +)([\d.]+)/g, (_, name, time) => `${name}${Number(time) * factor}`)
    .replace(
      /(\((?:tok|req)\/s\): +|\| +(?:pp|tg)\d+ \| +)([\d.]+)/g,
      (_, name, rate) => `${name}${Number(rate) / factor}`,
    )
}

const TIME = /(_ns|_ms|_s|ttfts|itls|duration|latency|_token)$/
const RATE = /(_ts|throughput)$/

function slowJson(text: string, factor: number): string {
  const scale = (value: unknown, by: number): unknown => {
    if (typeof value === 'number') return value * by
    if (Array.isArray(value)) return value.map((inner) => scale(inner, by))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, scale(inner, byOf(key, by))]))
  }
  const byOf = (key: string, by: number) => (RATE.test(key) ? 1 / factor : TIME.test(key) ? factor : by)
  return JSON.stringify(scale(JSON.parse(text), 1))
}
