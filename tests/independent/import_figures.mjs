/**
 * An independent second reading of the output of seven benchmarks, to check `orch import` and the pipeline against: decode speeds and times
 * to the first token straight from the files in imports/, by the formulae alone. It shares no code with them on purpose, so a mistake in an
 * importer, a formula or the aggregation cannot hide in both. Node's own modules only.
 *
 *   node tests/independent/import_figures.mjs     prints the medians of each file
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, 'imports')

/** @typedef {{ decode_tps: number[], ttft_ms: number[] }} Figures */

/** @param {string} text */
const jsonLines = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** @param {string} text @param {RegExp} pattern */
const numbers = (text, pattern) => [...text.matchAll(pattern)].map(([, number]) => Number(number))

/** @param {number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0)

/**
 * What each file says.
 * @type {Record<string, (text: string) => Figures>}
 */
const READERS = {
  // A repetition of tgN generates N tokens, the first of them with nothing before it; one of ppN ends with the first token.
  'llama-bench.jsonl': (text) => {
    const rows = jsonLines(text)
    const ms = ({ samples_ns }) => samples_ns.map((/** @type {number} */ ns) => ns / 1e6)
    return {
      decode_tps: rows
        .filter(({ n_gen }) => n_gen > 0)
        .flatMap((row) => ms(row).map((time) => ((row.n_gen - 1) * 1000) / time)),
      ttft_ms: rows.filter(({ n_prompt }) => n_prompt > 0).flatMap(ms),
    }
  },
  // tg128 at r tok/s takes 128 / r seconds; 127 of the tokens follow another.
  'llama-bench.txt': (text) => ({
    decode_tps: numbers(text, /\| +tg128 \| +([\d.]+)/g).map((rate) => (rate * 127) / 128),
    ttft_ms: numbers(text, /\| +pp512 \| +([\d.]+)/g).map((rate) => (512 / rate) * 1000),
  }),
  'vllm-detailed.json': (text) => {
    const { ttfts, itls, output_lens } = JSON.parse(text)
    return {
      decode_tps: itls.map(
        (/** @type {number[]} */ times, /** @type {number} */ i) => (output_lens[i] - 1) / sum(times),
      ),
      ttft_ms: ttfts.map((/** @type {number} */ seconds) => seconds * 1000),
    }
  },
  'vllm-summary.json': (text) => ({
    decode_tps: jsonLines(text).map(({ mean_tpot_ms }) => 1000 / mean_tpot_ms),
    ttft_ms: jsonLines(text).map(({ mean_ttft_ms }) => mean_ttft_ms),
  }),
  'aiperf.json': (text) => ({
    decode_tps: jsonLines(text).map(({ inter_token_latency }) => 1000 / inter_token_latency.avg),
    ttft_ms: jsonLines(text).map(({ time_to_first_token }) => time_to_first_token.avg),
  }),
  'sglang.txt': (text) => ({
    decode_tps: numbers(text, /^Mean TPOT \(ms\): +([\d.]+)/gm).map((ms) => 1000 / ms),
    ttft_ms: numbers(text, /^Mean TTFT \(ms\): +([\d.]+)/gm),
  }),
  'llmperf.json': (text) => {
    const rows = JSON.parse(text)
    return {
      decode_tps: rows.map(
        ({ number_output_tokens, end_to_end_latency_s, ttft_s }) =>
          (number_output_tokens - 1) / (end_to_end_latency_s - ttft_s),
      ),
      ttft_ms: rows.map(({ ttft_s }) => ttft_s * 1000),
    }
  },
}

/**
 * The figures of a file, of one of its measurements each.
 * @param {string} name
 */
export function figuresByHand(name) {
  return READERS[name](readFileSync(join(FOLDER, name), 'utf8'))
}

/**
 * The values between which the q-quantile lies: two neighbours where exactly the share q lies at or below the first, else one value twice.
 * @param {number[]} values
 * @param {number} q
 * @returns {[low: number, high: number]}
 */
export function quantile(values, q) {
  const sorted = values.toSorted((a, b) => a - b)
  const place = q * sorted.length
  return [sorted[Math.ceil(place) - 1] ?? Number.NaN, sorted[Math.floor(place)] ?? Number.NaN]
}

if (process.argv[1] === import.meta.filename)
  for (const name of readdirSync(FOLDER).filter((name) => name in READERS)) {
    const { decode_tps, ttft_ms } = figuresByHand(name)
    console.log(
      `${name}: n ${decode_tps.length}, decode ${quantile(decode_tps, 0.5)[0].toFixed(2)} tok/s, TTFT ${quantile(ttft_ms, 0.5)[0].toFixed(1)} ms`,
    )
  }
