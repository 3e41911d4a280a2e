import { cleanEngineVersion, matchForm, UNKNOWN } from '../sample/clean_labels.ts'
import { createProbe, type Probe } from './http_probe.ts'
import type { EngineIdentity, EngineWeights, KnownEngine } from './types.ts'
import { askVersion, DISTINCTIVE_PATHS, type EngineFacts, SHARED_PATHS, type VersionPath } from './version_paths.ts'

/** The options of detection. `configured` overrides what it finds. */
export interface DetectOptions {
  fetch: typeof fetch
  /** For each request, in ms. */
  timeout_ms: number
  configured?: { engine?: string; engine_version?: string; quantization?: string }
}

/** `owned_by` in `/v1/models` → the engine. NIM and LM Studio have names of their own there. */
const OWNERS: Readonly<Record<string, KnownEngine>> = {
  vllm: 'vllm',
  llamacpp: 'llama.cpp',
  sglang: 'sglang',
  library: 'ollama',
  tensorrt_llm: 'tensorrt-llm',
  organization_owner: 'lmstudio',
  'triton inference server': 'triton',
}

const ALL_PATHS = [...DISTINCTIVE_PATHS, ...SHARED_PATHS]
const NIM = DISTINCTIVE_PATHS.find(({ engine }) => engine === 'nim')!

/**
 * Detects the engine at `url` and its version, on paths that never cost a token: `/v1/models` first, whose `owned_by` names most
 * engines, then the engine's own path; if the owner is not conclusive, the paths that only one engine has. Never throws; what
 * cannot be detected is `unknown`.
 */
export async function detectEngine(
  url: string,
  { fetch, timeout_ms, configured = {} }: DetectOptions,
): Promise<EngineIdentity> {
  const probe = createProbe(url, fetch, timeout_ms)
  if (configured.engine && configured.engine_version) {
    return identify(configured.engine, null, configured, 'config')
  }
  const models = await probe('/v1/models')
  const aliases = readAliases(models)
  if (configured.engine) {
    return identify(configured.engine, await askKnown(probe, configured.engine), configured, 'config', aliases)
  }
  const owner = OWNERS[ownerOf(models)]
  const found = owner ? await askOwner(probe, owner) : await askEverything(probe)
  if (!found) return identify(UNKNOWN, null, configured, 'none')
  return identify(found.engine, found.facts, configured, found.facts?.path ?? '/v1/models', aliases)
}

interface Found {
  engine: KnownEngine
  facts: EngineFacts | null
}

/** The owner names the engine, except that NIM may pass on the response of the vLLM behind it. */
async function askOwner(probe: Probe, engine: KnownEngine): Promise<Found> {
  const nim = engine === 'vllm' ? await askVersion(probe, NIM) : null
  return nim ? { engine: 'nim', facts: nim } : { engine, facts: await askKnown(probe, engine) }
}

async function askKnown(probe: Probe, engine: string): Promise<EngineFacts | null> {
  const own = ALL_PATHS.find((path) => path.engine === engine)
  return own ? askVersion(probe, own) : null
}

/** Requests all paths at once: together they take as long as the slowest. */
async function askEverything(probe: Probe): Promise<Found | null> {
  const ask = async (path: VersionPath): Promise<Found | null> => {
    const facts = await askVersion(probe, path)
    return facts && { engine: path.engine, facts }
  }
  const answers = await Promise.all(DISTINCTIVE_PATHS.map(ask))
  return answers.find((answer) => answer !== null) ?? null
}

function identify(
  engine: string,
  facts: EngineFacts | null,
  configured: NonNullable<DetectOptions['configured']>,
  source: string,
  aliases?: EngineWeights['aliases'],
): EngineIdentity {
  const quantization = configured.quantization ?? matchForm('quantization', facts?.quantization)
  const weights = { ...facts?.weights, ...(aliases ? { aliases } : {}) }
  return {
    engine,
    engine_version: configured.engine_version ?? cleanEngineVersion(facts?.version),
    ...(quantization ? { quantization } : {}),
    ...(Object.keys(weights).length > 0 ? { weights } : {}),
    ...(facts?.sends_usage ? { sends_usage: true } : {}),
    source,
  }
}

function modelEntries(models: Record<string, unknown> | null): Record<string, unknown>[] {
  return Array.isArray(models?.data) ? models.data.filter((entry) => typeof entry === 'object' && entry !== null) : []
}

function ownerOf(models: Record<string, unknown> | null): string {
  const owner = modelEntries(models)[0]?.owned_by
  return typeof owner === 'string' ? owner.toLowerCase() : ''
}

/** Served names that are aliases of other weights, as vLLM lists them: `{id: "assistant", root: "Qwen/Qwen3-8B"}`. */
function readAliases(models: Record<string, unknown> | null): EngineWeights['aliases'] {
  const pairs = modelEntries(models)
    .filter(({ id, root }) => typeof id === 'string' && typeof root === 'string' && root !== '' && id !== root)
    .map(({ id, root }) => [id as string, root as string])
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined
}
