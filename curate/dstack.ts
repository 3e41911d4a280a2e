import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ABOUT, FLAWS } from './dstack/about.ts'
import { convertServingFile } from './dstack/serving.ts'
import { convertStudyFile } from './dstack/study.ts'
import type { Catalogue } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { type Converter, runConverter } from './lib/run.ts'

const HELP = `
Usage: node curate/dstack.ts <raw-folder> [--out data]

Converts the per-request results of vLLM benchmark_serving.py (H100 against MI300X, *.json) and the run means of the
TGI against vLLM study (amd__tgi_vs_vllm__*.csv) of github.com/dstackai/benchmarks. The raw folder holds the files of the
repository with "/" in their paths replaced by "__". Writes curated/dstack/*.jsonl and source.json.
`

/** The converter of dstackai/benchmarks. */
export const dstack: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog) {
  const names = readdirSync(raw).sort()
  const serving = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => convertServingFile(join(raw, name), catalogue, log))
  const study = names
    .filter((name) => /^amd__tgi_vs_vllm__.*\.csv$/.test(name))
    .flatMap((name) => convertStudyFile(join(raw, name), catalogue, log))
  return { ...Object.fromEntries(serving.map(({ name, rows }) => [name, rows])), 'tgi-vs-vllm.jsonl': study }
}

if (import.meta.main) runConverter(dstack, HELP)
