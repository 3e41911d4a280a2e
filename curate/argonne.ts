import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { ABOUT, FLAWS } from './argonne/about.ts'
import { excludeRuns } from './argonne/exclusions.ts'
import { configurationOf, type RunRecord, readRecord, sharedFields } from './argonne/record.ts'
import type { Catalogue } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { parseCsv } from './lib/csv.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'

const HELP = `
Usage: node curate/argonne.ts <raw-folder> [--out data]

Converts Plots_All_results.csv (end-to-end latencies) and Plots_Fig_22_all_results_TTFT_ITL.csv (with the time to the
first token) of github.com/argonne-lcf/LLM-Inference-Bench.
Writes curated/argonne/{all-results,first-token}.jsonl and source.json.
`

const ALL_RESULTS = 'Plots_All_results.csv'
const FIGURE_22 = 'Plots_Fig_22_all_results_TTFT_ITL.csv'
const COLUMNS = {
  [ALL_RESULTS]: { length: 'Input Output Length', latencies: ['Latency'] },
  [FIGURE_22]: { length: 'Input Length', latencies: ['TTFT Latency', 'end_latency'] },
}

/** The converter of LLM-Inference-Bench. */
export const argonne: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const firstToken = readRecords(raw, FIGURE_22, catalogue, log)
  const all = readRecords(raw, ALL_RESULTS, catalogue, log)
  const kept = excludeRuns(all, firstToken, log)
  noteRepeated(kept, log)
  return {
    'all-results.jsonl': kept.map((record) =>
      curatedRow({ ...sharedFields(record), tokens_out: record.length, total_time_ms: record.latencies[0]! * 1000 }),
    ),
    'first-token.jsonl': firstToken.map((record) => firstTokenRow(record, log)),
  }
}

function readRecords(raw: string, name: keyof typeof COLUMNS, catalogue: Catalogue, log: ConversionLog): RunRecord[] {
  const records = parseCsv(readFileSync(join(raw, name), 'utf8'))
  return records.flatMap(
    (fields, index) => readRecord(fields, `${name}#${index + 1}`, COLUMNS[name], catalogue, log) ?? [],
  )
}

function firstTokenRow(record: RunRecord, log: ConversionLog): BenchmarkRun {
  const [first, total = null] = record.latencies as [number, number | null]
  if (total === null) log.countFlaw('noEnd')
  return curatedRow({
    ...sharedFields(record),
    tokens_out: total === null ? 1 : record.length,
    first_token_ms: first * 1000,
    decode_time_ms: total === null ? null : (total - first) * 1000,
    total_time_ms: total === null ? null : total * 1000,
  })
}

function noteRepeated(records: readonly RunRecord[], log: ConversionLog): void {
  const configurations = new Set(records.map((record) => configurationOf(record, record.length)))
  log.countFlaw('repeated', records.length - configurations.size)
}

if (import.meta.main) runConverter(argonne, HELP)
