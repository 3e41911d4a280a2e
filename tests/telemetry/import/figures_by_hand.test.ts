import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { callOrch } from '../cli/support/call_orch.ts'
import { parseLines } from '../support/run_orch.ts'

/**
 * What the figures of real files are, computed from the raw files by the formulae alone, in a few lines that share no code with the importer.
 * A line keeps latencies at three digits: half a percent at most.
 */
const FIXTURES = fileURLToPath(new URL('../../fixtures/import', import.meta.url))
const ROUNDING = 0.0051

interface Figures {
  decode_tps: number[]
  ttft_ms: number[]
}

const read = (path: string) => readFileSync(`${FIXTURES}/${path}`, 'utf8')

/** pp512 with tg128 and pp256 with tg64; a sample is one repetition of both. */
function byHandLlama(): Figures {
  const rows = read('llama-bench-jsonl/results.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const times = (key: string, length: number): number[] => rows.find((row) => row[key] === length).samples_ns
  return {
    decode_tps: [128, 64].flatMap((length) => times('n_gen', length).map((ns) => ((length - 1) * 1e9) / ns)),
    ttft_ms: [512, 256].flatMap((length) => times('n_prompt', length).map((ns) => ns / 1e6)),
  }
}

/** Requests that have a first token and no error. */
function byHandVllm(): Figures {
  const run = JSON.parse(read('vllm-bench/results.json'))
  const answered = run.ttfts.flatMap((ttft: number, i: number) => (ttft > 0 && !run.errors[i] ? [i] : []))
  const seconds = (i: number) => run.itls[i].reduce((sum: number, itl: number) => sum + itl, 0)
  return {
    decode_tps: answered
      .filter((i: number) => seconds(i) > 0)
      .map((i: number) => (run.output_lens[i] - 1) / seconds(i)),
    ttft_ms: answered.map((i: number) => run.ttfts[i] * 1000),
  }
}

async function imported(args: string[]): Promise<Figures> {
  const { out } = await callOrch(['import', ...args], { cwd: FIXTURES })
  const samples = parseLines(out).filter(({ exit }) => exit === 'ok') as Record<string, number>[]
  return {
    decode_tps: samples
      .filter((sample) => sample.decode_time_ms! > 0)
      .map((sample) => ((sample.tokens_out! - 1) * 1000) / sample.decode_time_ms!),
    ttft_ms: samples.map((sample) => sample.first_token_ms!),
  }
}

const VLLM_OPTIONS = ['--gpu', 'NVIDIA H100 80GB HBM3', '--gpu-count', '8']

describe('figures of imported lines are those of the raw file', () => {
  it.each([
    ['llama-bench', ['llama-bench-jsonl/results.jsonl'], byHandLlama],
    ['vLLM', ['vllm-bench/results.json', ...VLLM_OPTIONS], byHandVllm],
  ])('%s', async (_, args, byHand) => {
    const expected = byHand()
    const found = await imported(args)
    for (const metric of ['decode_tps', 'ttft_ms'] as const) {
      const [wanted, got] = [expected[metric], found[metric]].map((values) => [...values].sort((a, b) => a - b))
      expect(got).toHaveLength(wanted!.length)
      for (const [index, value] of wanted!.entries()) expect(Math.abs(got![index]! / value - 1)).toBeLessThan(ROUNDING)
    }
  })

  it('of a summary', async () => {
    const summary = {
      ...{ date: '20261012-120301', backend: 'vllm', model_id: 'Qwen/Qwen3-8B', max_concurrency: 16, duration: 61.7 },
      ...{ completed: 500, total_input_tokens: 255000, total_output_tokens: 101500, output_throughput: 101500 / 61.7 },
      ...{ mean_ttft_ms: 91.73, median_ttft_ms: 76.41, mean_tpot_ms: 11.83, median_tpot_ms: 11.79 },
    }
    const args = ['import', '-', '--gpu', 'NVIDIA L40S']
    const { out } = await callOrch(args, { input: JSON.stringify(summary) })
    const [run] = parseLines(out) as Record<string, number>[]
    // 203 output tokens on average; the time of 202 of them is what mean_tpot_ms is the mean of.
    expect(Math.abs(((run!.tokens_out! - 1) * 1000) / run!.decode_time_ms! / (1000 / 11.83) - 1)).toBeLessThan(ROUNDING)
    expect(run).toMatchObject({ first_token_ms: 91.7, output_tps: 1650, requests: 500, concurrency: 16 })
  })
})
