import { quantizationOfGguf } from '../../contracts/names/model_ref.ts'
import { cleanReportedFormat } from './clean_reports.ts'
import { detectEngine } from './detect_engine.ts'
import { createProbe, type Probe, type ProbeOptions } from './http_probe.ts'
import type { EngineIdentity, ModelFacts } from './types.ts'
import { readProps, text } from './version_paths.ts'

/**
 * Asks a server about one model that a task has just used, on paths that neither cost a token nor load a model: servers of
 * several models tell of them one by one, and those that send tasks on, of the engine behind them. Never throws.
 */
export async function askModel(
  url: string,
  { engine, weights }: EngineIdentity,
  model: string,
  options: ProbeOptions,
): Promise<ModelFacts> {
  const probe = createProbe(url, options)
  const named = readModelName({ engine }, model)
  if (named !== null) return named
  if (engine === 'ollama') return askOllama(probe, model)
  if (engine === 'llama-swap') return askLlamaSwap(probe, url, model, options)
  if (engine === 'litellm') return askLiteLlm(probe, model)
  if (engine === 'llama.cpp' && weights?.held === undefined) return askLlamaRouter(probe, model)
  return {}
}

/** Whether `askModel` can add anything to what is known of the engine. */
export function tellsOfModels({ engine, weights }: EngineIdentity): boolean {
  return ['ollama', 'llama-swap', 'litellm'].includes(engine) || (engine === 'llama.cpp' && weights?.held === undefined)
}

/** What the name of a model tells by itself, so that nobody has to be asked: Ollama's tags of cloud models and of weight formats. */
export function readModelName({ engine }: Pick<EngineIdentity, 'engine'>, model: string): ModelFacts | null {
  if (engine !== 'ollama') return null
  if (/[-:]cloud$/.test(model)) return { elsewhere: true }
  const quantization = quantizationOfTag(model)
  return quantization === undefined ? null : { quantization }
}

/**
 * Ollama's `/api/show` (api/types.go, ShowResponse): the weight format, the model that another one was made from, and for cloud
 * models the host that runs them.
 */
async function askOllama(probe: Probe, model: string): Promise<ModelFacts> {
  const answer = await probe.ask('/api/show', { model })
  const details = asRecord(answer?.details)
  const parent = text(details.parent_model)
  return {
    quantization: cleanReportedFormat(details.quantization_level),
    // A path leads into the store of Ollama, where files have no names.
    weights: parent && !/^[/\\.~]|^[a-z]:|sha256/i.test(parent) ? parent : undefined,
    elsewhere: text(answer?.remote_host) !== undefined || text(answer?.remote_model) !== undefined || undefined,
  }
}

/** `Q4_K_M` of `hf.co/org/repo:Q4_K_M`, `q8_0` of `qwen3:8b-q8_0`. */
function quantizationOfTag(model: string): string | undefined {
  const [, tag] = /:([^:/]+)$/.exec(model) ?? []
  return tag && cleanReportedFormat(quantizationOfGguf(`-${tag}`))
}

/**
 * llama-swap: `/running` lists the models that are loaded; only of these `/upstream/MODEL/…` is asked, because it would load
 * another one. A request may use an alias of a model (`meta.llamaswap.aliases` in `/v1/models`).
 */
async function askLlamaSwap(probe: Probe, url: string, model: string, options: ProbeOptions): Promise<ModelFacts> {
  const [running, list] = await Promise.all([probe.ask('/running'), probe.ask('/v1/models')])
  const name = findAliased(list, model)
  const isReady = asList(running?.running).some((entry) => entry.model === name && entry.state === 'ready')
  if (!isReady) return {}
  const base = url.replace(/\/+$/, '').replace(/\/v1$/, '')
  const identity = await detectEngine(`${base}/upstream/${encodeURIComponent(name)}`, options)
  if (identity.engine === 'unknown') return {}
  const { engine, engine_version, quantization, weights, models } = identity
  const [only] = models ?? []
  return { engine, engine_version, quantization, weights: weights?.held ?? weights?.aliases?.[only ?? ''] ?? only }
}

function findAliased(list: Record<string, unknown> | null, model: string): string {
  const owner = asList(list?.data).find(({ meta }) => {
    const { aliases } = asRecord(asRecord(meta).llamaswap)
    return Array.isArray(aliases) && aliases.includes(model)
  })
  return text(owner?.id) ?? model
}

/** The router of llama-server tells of a model if it is loaded (tools/server/README.md, "Using multiple models"). */
async function askLlamaRouter(probe: Probe, model: string): Promise<ModelFacts> {
  const answer = await probe.ask(`/props?model=${encodeURIComponent(model)}&autoload=false`)
  const facts = answer && readProps(answer)
  return facts ? { quantization: cleanReportedFormat(facts.quantization), weights: facts.weights?.held } : {}
}

/** LiteLLM's names of providers that are engines (docs.litellm.ai/docs/providers). */
const PROVIDERS: Readonly<Record<string, string>> = {
  hosted_vllm: 'vllm',
  vllm: 'vllm',
  ollama: 'ollama',
  ollama_chat: 'ollama',
  lm_studio: 'lmstudio',
  nvidia_nim: 'nim',
  triton: 'triton',
}

/** LiteLLM's `/v1/model/info`, for those with a key: `litellm_params.model` is `provider/model`. */
async function askLiteLlm(probe: Probe, model: string): Promise<ModelFacts> {
  const answer = await probe.ask('/v1/model/info')
  const entries = asList(answer?.data).filter(({ model_name }) => model_name === model)
  const [, provider, weights] = /^([^/]+)\/(.+)$/.exec(text(asRecord(entries[0]?.litellm_params).model) ?? '') ?? []
  // With several deployments it is not known which of them answered.
  if (entries.length !== 1 || provider === undefined || !Object.hasOwn(PROVIDERS, provider)) return {}
  return { engine: PROVIDERS[provider], engine_version: 'unknown', weights }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function asList(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(asRecord) : []
}
