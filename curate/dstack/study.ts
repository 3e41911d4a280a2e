import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { BenchmarkRun } from '../../contracts/index.ts'
import { type Catalogue, gpuNameOf } from '../lib/catalogue.ts'
import type { ConversionLog } from '../lib/conversion_log.ts'
import { parseCsv } from '../lib/csv.ts'
import { curatedRow } from '../lib/row.ts'
import { readServingLabels, servingFields } from '../lib/serving.ts'

/** As the README of the study gives them: the version that vLLM prints, and the tag of the TGI image. */
const ENGINE_VERSIONS: Record<string, string> = { vllm: '0.6.3.dev116+g151ef4ef', tgi: 'sha-11d7af7-rocm' }

/** Converts one CSV of the TGI against vLLM study: one row per run, each the mean over its successful requests. */
export function convertStudyFile(path: string, catalogue: Catalogue, log: ConversionLog): BenchmarkRun[] {
  const name = basename(path)
  const engine = /__(tgi|vllm)__data__/.exec(name)?.[1]
  if (engine === undefined) throw new Error(`${name}: expected "__tgi__data__" or "__vllm__data__" in the name`)
  const origin = name.replaceAll('__', '/')
  return parseCsv(readFileSync(path, 'utf8')).flatMap((fields, index) => {
    const row = convertRun(fields, `${origin}#${index + 1}`, engine, catalogue)
    if (row === null) log.drop('no successful request, so no mean', `${origin}#${index + 1}`)
    else log.countFlaw('study')
    return row ?? []
  })
}

function convertRun(fields: Record<string, string>, origin: string, engine: string, catalogue: Catalogue) {
  const requests = Number(fields['Successful requests'])
  if (!(requests > 0)) return null
  return curatedRow({
    ...servingFields(readServingLabels(Object.entries(fields))),
    origin,
    model_ref: 'hf:meta-llama/Llama-3.1-405B-Instruct',
    engine,
    engine_version: ENGINE_VERSIONS[engine] ?? 'unknown',
    gpu_name: gpuNameOf(catalogue, 'amd-mi300x'),
    gpu_count: 8,
    measurement_type: requests === 1 ? 'single_stream' : 'batched_online',
    quantization: 'bf16',
    runs: requests,
  })
}
