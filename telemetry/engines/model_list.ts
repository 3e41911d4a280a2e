import type { EngineWeights } from './types.ts'

/** What `/v1/models` says. */
export interface ModelList {
  /** `owned_by` of the first model, in lower case; empty if there is none. */
  owner: string
  /** The names of the models; undefined if there is no list. */
  models: readonly string[] | undefined
  aliases: EngineWeights['aliases']
}

/** The longest list that is kept. */
const MAX_MODELS = 10_000

interface Entry {
  id: string
  root: unknown
  parent: unknown
}

/** Reads the response to `/v1/models`. */
export function readModelList(answer: Record<string, unknown> | null): ModelList {
  if (!Array.isArray(answer?.data)) return { owner: '', models: undefined, aliases: undefined }
  const owner = answer.data[0]?.owned_by
  const entries: Entry[] = answer.data.filter((entry) => typeof entry?.id === 'string').slice(0, MAX_MODELS)
  return {
    owner: typeof owner === 'string' ? owner.toLowerCase() : '',
    models: entries.map(({ id }) => id),
    // Elsewhere `root` is the name itself, or the name of the server.
    aliases: owner === 'vllm' ? readAliases(entries) : undefined,
  }
}

/**
 * Served names that stand for other weights, as vLLM lists them (OpenAIServingModels.show_available_models, v0.11): a name
 * `{id: "assistant", root: "Qwen/Qwen3-8B"}`, and an adapter `{id: "sql-lora", root: "/path", parent: "Qwen/Qwen3-8B"}`, which
 * stands for the weights that it adapts.
 */
function readAliases(entries: readonly Entry[]): EngineWeights['aliases'] {
  const roots = new Map(entries.map(({ id, root }) => [id, typeof root === 'string' && root !== '' ? root : id]))
  const weightsOf = ({ id, parent }: Entry) =>
    typeof parent === 'string' && parent !== '' ? (roots.get(parent) ?? parent) : roots.get(id)!
  const pairs = entries.map((entry) => [entry.id, weightsOf(entry)] as const).filter(([id, weights]) => id !== weights)
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined
}
