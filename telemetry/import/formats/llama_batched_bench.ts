import { z } from 'zod'
import type { Findings } from '../findings.ts'
import { hasKeys, parseDocument, placeOf, readEach } from '../reading.ts'
import type { Draft, Format, ImportOptions, InputDocument } from '../types.ts'

const help = `Reads the output of llama-batched-bench, as JSON Lines (--output-format jsonl) or as the table that it prints: one run a row.

  tokens_in        pp; tokens_out  tg
  first_token_ms   t_pp × 1000: the prompts of all sequences are processed before the first token
  decode_time_ms   t_tg × 1000
  concurrency      pl, the sequences at a time: batched_offline, or single_stream for 1
  output_tps       pl × tg / (t_pp + t_tg)
  engine           llama.cpp

Not in the file: pass --model, --gpu, --date, --engine-version. Left out: runs with layers in system memory (n_gpu_layers
below 99, unless --all-layers says that the model has no more).`

/** llama.cpp tools/batched-bench/batched-bench.cpp (2024-11 to 2026-11). */
const Row = z.object({
  n_gpu_layers: z.int().optional(),
  pp: z.int().min(0),
  tg: z.int().min(1),
  pl: z.int().min(1),
  t_pp: z.number().min(0),
  t_tg: z.number().positive(),
})

/** The benchmark of llama.cpp for several sequences at a time. */
export const llamaBatchedBench: Format = {
  name: 'llama-batched-bench',
  summary: 'llama.cpp: llama-batched-bench --output-format jsonl, or its table',
  unit: 'run',
  detect: ({ value }) => hasKeys(value, 'pp', 'tg', 'pl', 't_pp', 't_tg') || hasKeys(value, 'PP', 'TG', 'B', 'T_PP s'),
  help,
  read: (documents, options) => readEach(documents, (document, findings) => readRow(document, options, findings)),
}

function readRow(document: InputDocument, options: ImportOptions, findings: Findings): Draft[] {
  const value = document.form === 'json' ? document.value : fromTable(document.value as Record<string, string>)
  const row = parseDocument(Row, { ...document, value }, 'llama-batched-bench', findings)
  if (!row) return []
  const layers = row.n_gpu_layers
  if (layers !== undefined && layers >= 0 && layers < 99 && !(layers > 0 && options.allLayers)) {
    findings.skip(placeOf(document), 1, `partly in system memory: n_gpu_layers is ${layers}`)
    return []
  }
  const { pp, tg, pl, t_pp, t_tg } = row
  return [
    {
      kind: 'run',
      facts: {
        engine: 'llama.cpp',
        concurrency: pl,
        measurement_type: pl === 1 ? 'single_stream' : 'batched_offline',
      },
      figures: {
        tokens_in: pp,
        tokens_out: tg,
        first_token_ms: pp > 0 ? t_pp * 1000 : null,
        decode_time_ms: t_tg * 1000,
        total_time_ms: null,
        runs: 1,
        output_tps: (pl * tg) / (t_pp + t_tg),
      },
      identity: { tool: 'llama-batched-bench', parts: [{ row: document.value, number: 1 }] },
      place: placeOf(document),
      units: 1,
    },
  ]
}

/** The columns of the printed table; T_PP and T_TG are in seconds there, too. */
function fromTable(cells: Record<string, string>) {
  const number = (name: string) => Number(cells[name])
  return { pp: number('PP'), tg: number('TG'), pl: number('B'), t_pp: number('T_PP s'), t_tg: number('T_TG s') }
}
