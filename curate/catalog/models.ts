import { type Model, modelSlug } from '../../contracts/index.ts'
import { distinctAliases } from './aliases.ts'
import type { RawModel } from './facts.ts'

/** Result files of other benchmarks and labels of whole machines (`8xH100 1FP8-meta`): not names of a model. */
const NOT_A_MODEL_NAME = /\.json$|^\d+x/i

/** Models whose published weights exist in one format only. */
const DEFAULT_QUANTIZATIONS: Record<string, string> = {
  'hf:amd/Llama-3.1-405B-Instruct-FP8-KV': 'fp8',
  'hf:meta-llama/Llama-3.1-405B-FP8': 'fp8',
  'hf:openai/gpt-oss-120b': 'mxfp4',
  'hf:openai/gpt-oss-20b': 'mxfp4',
}

const PARAMETER_SOURCES: Record<string, string> = {
  source: 'Parameters read in a benchmark source or on a model page.',
  memory: 'Parameters as commonly stated for this model; not read in a source here.',
  name: 'Parameters taken from the name of the model or of its evident base.',
  unknown: 'Parameters not found.',
}
const ID_SOURCES: Record<string, string> = {
  exact: 'Id as it occurs in a source.',
  derived: 'Id derived from the file name Org_Model-QUANT.gguf.',
  memory: 'Id as commonly known.',
  guess: 'Id uncertain: organisation or build is a guess.',
}

/** Converts the gathered models to catalogue entries, sorted by id. */
export function convertModels(raw: readonly RawModel[]): Model[] {
  return raw.map(convertModel).sort((a, b) => (a.id < b.id ? -1 : 1))
}

function convertModel(raw: RawModel): Model {
  return {
    id: raw.id,
    slug: modelSlug(raw.id),
    name: raw.name,
    family: raw.family,
    params_b: raw.params_b,
    active_params_b: raw.active_params_b ?? (raw.is_moe === false ? raw.params_b : null),
    default_quantization: DEFAULT_QUANTIZATIONS[raw.id] ?? null,
    aliases: distinctAliases(raw.aliases.filter(namesAModel), [raw.id, raw.id.slice('hf:'.length), raw.name]),
    source: `${PARAMETER_SOURCES[raw.confidence] ?? raw.confidence} ${ID_SOURCES[raw.id_confidence] ?? raw.id_confidence}`,
    confidence: raw.confidence as Model['confidence'],
    ...(raw.note === undefined ? {} : { note: raw.note }),
  }
}

function namesAModel(alias: string): boolean {
  return !NOT_A_MODEL_NAME.test(alias)
}
