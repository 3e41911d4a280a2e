import type { EngineWeights } from '../engines/types.ts'
import { baseName, modelRefOfGguf, modelRefOfName } from '../import/model_name.ts'
import { matchForm, UNKNOWN } from '../sample/clean_labels.ts'

/** Engines that call a model by its repository on the Hugging Face hub. NIM and LM Studio have catalogues of their own. */
const HUB_ENGINES = new Set(['vllm', 'sglang', 'tgi', 'tensorrt-llm', 'triton'])

/** Engines that answer any model name with the one model that they hold. */
const ONE_MODEL_ENGINES = new Set(['llama.cpp', 'tgi'])

/** Names by which clients mean whatever the engine holds. */
const ANY_MODEL = new Set(['', 'default', 'tgi'])

/**
 * The model reference of a task: `hf:org/repo` where the name is one of the hub's, a bare name or tag otherwise. A path is
 * reduced to its last part, so that no folder of anybody is recorded; what still is no name becomes `unknown` as a whole.
 *
 * @param name as the request has it
 * @param weights what the engine told of the weights behind the names
 */
export function toModelRef(name: string, engine: string, weights: EngineWeights = {}): string {
  const told = readWeights(name, engine, weights)
  return matchForm('model_ref', refer(told.trim(), engine)) ?? UNKNOWN
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
  // A path into the hub's cache names its repository whatever the engine.
  if (HUB_ENGINES.has(engine) || name.includes('models--')) return modelRefOfName(name)
  return baseName(name)
}
