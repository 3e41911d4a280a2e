import { baseName, modelRefOfGguf, modelRefOfName } from '../../contracts/names/model_ref.ts'
import type { EngineWeights } from '../engines/types.ts'
import { matchForm, UNKNOWN } from '../sample/clean_labels.ts'

/** Engines that call a model by its repository on the Hugging Face hub. NIM and LM Studio have catalogues of their own. */
const HUB_ENGINES = new Set(['vllm', 'sglang', 'tgi', 'tensorrt-llm', 'triton'])

/** Engines that serve one model under any name. */
const ONE_MODEL_ENGINES = new Set(['llama.cpp', 'tgi', 'sglang'])

/** Names by which clients mean whatever model the engine serves. */
const ANY_MODEL = new Set(['', 'default', 'tgi'])

/**
 * The model reference of a task: `hf:org/repo` if the name is one of the hub's, a bare name or tag otherwise. A path is reduced to
 * its last part, so that no folder is recorded; what still is not a model name becomes `unknown` as a whole.
 *
 * @param name as in the request
 * @param weights what the engine reported of the weights behind the names
 */
export function toModelRef(name: string, engine: string, weights: EngineWeights = {}): string {
  const weightsName = readWeights(name, engine, weights)
  return matchForm('model_ref', refer(weightsName.trim(), engine)) ?? UNKNOWN
}

function readWeights(name: string, engine: string, { held, aliases }: EngineWeights): string {
  if (held && (ONE_MODEL_ENGINES.has(engine) || ANY_MODEL.has(name))) return held
  return (aliases && Object.hasOwn(aliases, name) ? aliases[name] : undefined) ?? name
}

function refer(name: string, engine: string): string {
  const repository = /^(?:hf:|repo:|hf\.co\/|huggingface\.co\/)([^/:]+\/[^/:]+)(?::[^/]*)?$/.exec(name)
  if (repository) return `hf:${repository[1]}`
  if (name.startsWith('hf:')) return name
  if (/\.gguf$/i.test(name)) return modelRefOfGguf(name)
  // A path into the hub's cache names its repository with any engine.
  if (HUB_ENGINES.has(engine) || name.includes('models--')) return modelRefOfName(name)
  return baseName(name)
}
