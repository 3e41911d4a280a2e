import { z } from 'zod'
import type { Findings } from '../findings.ts'
import { hasKeys, parseDocument, placeOf, readEach } from '../reading.ts'
import type { Draft, Format, InputDocument } from '../types.ts'

const help = `Reads the result lines of python -m sglang.bench_one_batch --result-filename FILE: one run for each batch.

  tokens_in        input_len; tokens_out  output_len
  first_token_ms   prefill_latency × 1000
  decode_time_ms   median_decode_latency × 1000 × (output_len − 1)
  concurrency      batch_size: batched_offline, or single_stream for 1
  output_tps       batch_size × output_len / total_latency
  engine           sglang

Not in the file: pass --model, --gpu, --date, and --gpu-count for more than one GPU.`

/** python/sglang/bench_one_batch.py, `latency_test_run_once` (2024-09 to 2026-11). */
const Batch = z.object({
  batch_size: z.int().min(1),
  input_len: z.int().min(0),
  output_len: z.int().min(1),
  prefill_latency: z.number().positive(),
  median_decode_latency: z.number().positive().optional(),
  total_latency: z.number().positive(),
})

/** The benchmark of SGLang without a server. */
export const sglangOneBatch: Format = {
  name: 'sglang-one-batch',
  summary: 'SGLang: python -m sglang.bench_one_batch --result-filename FILE',
  unit: 'run',
  detect: ({ value }) => hasKeys(value, 'batch_size', 'input_len', 'output_len', 'prefill_latency', 'total_latency'),
  help,
  read: (documents) => readEach(documents, readBatch),
}

function readBatch(document: InputDocument, findings: Findings): Draft[] {
  const batch = parseDocument(Batch, document, 'sglang.bench_one_batch', findings)
  if (!batch) return []
  const { batch_size, input_len, output_len, prefill_latency, median_decode_latency, total_latency } = batch
  return [
    {
      kind: 'run',
      facts: {
        engine: 'sglang',
        concurrency: batch_size,
        measurement_type: batch_size === 1 ? 'single_stream' : 'batched_offline',
      },
      figures: {
        tokens_in: input_len,
        tokens_out: output_len,
        first_token_ms: prefill_latency * 1000,
        decode_time_ms: median_decode_latency === undefined ? null : median_decode_latency * 1000 * (output_len - 1),
        total_time_ms: total_latency * 1000,
        runs: 1,
        output_tps: (batch_size * output_len) / total_latency,
      },
      identity: { tool: 'sglang-one-batch', parts: [{ row: document.value, number: 1 }] },
      place: placeOf(document),
      units: 1,
    },
  ]
}
