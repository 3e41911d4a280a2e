import { placeOf, readEach } from '../reading.ts'
import type { Draft, Format, InputDocument } from '../types.ts'

const help = `Reads what mlx_lm.generate prints below its answer, and the trials of mlx_lm.benchmark: one sample for each.

  tokens_in        tokens of the prompt; tokens_out  tokens of the generation
  first_token_ms   tokens of the prompt / its tokens-per-sec
  decode_time_ms   tokens of the generation / its tokens-per-sec
  vram_used_mb_peak   peak memory
  engine           mlx

Not in the output: pass --model, --gpu, --date, --engine-version. The answer above is never read.`

/** ml-explore/mlx-lm mlx_lm/generate.py, `generate` with verbose (2024-12 to 2026-11). */
const FOOTER =
  /^Prompt: (\d+) tokens, ([\d.]+) tokens-per-sec\s*\nGeneration: (\d+) tokens, ([\d.]+) tokens-per-sec(?:\s*\nPeak memory: ([\d.]+) GB)?/gm

/** mlx_lm/benchmark.py (2025-06 to 2026-11). */
const SETTINGS = /prompt_tokens=(\d+), generation_tokens=(\d+), batch_size=(\d+)/
const TRIAL = /^Trial \d+:\s+prompt_tps=([\d.]+), generation_tps=([\d.]+), peak_memory=([\d.]+)/gm

/** MLX, by the timings that its programs print. */
export const mlx: Format = {
  name: 'mlx',
  summary: 'MLX: what mlx_lm.generate and mlx_lm.benchmark print',
  unit: 'request',
  detect: ({ form, value }) =>
    form === 'text' &&
    (/^Generation: \d+ tokens, [\d.]+ tokens-per-sec/m.test(String(value)) || isBenchmark(String(value))),
  help,
  read: (documents) => readEach(documents, readText),
}

interface Generation {
  prompt: number
  promptTps: number
  generation: number
  generationTps: number
  peakGb: number
  batch: number
}

function isBenchmark(text: string): boolean {
  return SETTINGS.test(text) && /^Trial \d+:/m.test(text)
}

function readText(document: InputDocument): Draft[] {
  const text = String(document.value)
  const generations = isBenchmark(text) ? readTrials(text) : readFooters(text)
  return generations.map((generation, index) => toDraft(document, generation, index + 1))
}

function readFooters(text: string): Generation[] {
  return [...text.matchAll(FOOTER)].map((match) => {
    const [prompt, promptTps, generation, generationTps, peakGb] = match.slice(1).map((figure) => Number(figure ?? 0))
    return { prompt, promptTps, generation, generationTps, peakGb, batch: 1 } as Generation
  })
}

function readTrials(text: string): Generation[] {
  const [prompt, generation, batch] = SETTINGS.exec(text)!.slice(1).map(Number) as [number, number, number]
  return [...text.matchAll(TRIAL)].map((match) => {
    const [promptTps, generationTps, peakGb] = match.slice(1).map(Number) as [number, number, number]
    return { prompt, promptTps, generation, generationTps, peakGb, batch }
  })
}

/** The speeds of a batch are those of all its sequences together. */
function toDraft(document: InputDocument, measured: Generation, number: number): Draft {
  const { prompt, promptTps, generation, generationTps, peakGb, batch } = measured
  return {
    kind: 'sample',
    facts: {
      engine: 'mlx',
      gpu_count: 1,
      measurement_type: batch === 1 ? 'single_stream' : 'batched_offline',
      concurrency: batch,
      timing_source: 'engine',
    },
    figures: {
      tokens_in: prompt,
      tokens_out: generation,
      first_token_ms: ((prompt * batch) / promptTps) * 1000,
      decode_time_ms: ((generation * batch) / generationTps) * 1000,
      exit: 'ok',
      vram_used_mb_peak: peakGb > 0 ? Math.round(peakGb * 1000) : null,
      ...(batch > 1 && { output_tps: generationTps }),
    },
    identity: { tool: 'mlx', parts: [{ row: measured, number }] },
    place: placeOf(document),
    units: 1,
  }
}
