import { baseName, quantizationOfGguf } from '../../contracts/names/model_ref.ts'
import type { Probe } from './http_probe.ts'
import type { EngineWeights, KnownEngine, OtherServer } from './types.ts'

/** What an engine's own path reports. */
export interface EngineFacts {
  path: string
  version?: string
  quantization?: string
  weights?: EngineWeights
  sends_usage?: boolean
}

/** An engine's own paths, and how to recognise the engine by their responses. */
export interface VersionPath {
  engine: KnownEngine | OtherServer
  paths: readonly string[]
  /** Null if the response is not this engine's. */
  read(answer: Record<string, unknown>): Omit<EngineFacts, 'path'> | null
  /** Another path, and what it must answer with, if others answer the first one alike. */
  proof?: { path: string; holds: (answer: Record<string, unknown>) => boolean }
}

const readVersion: VersionPath['read'] = (answer) => ('version' in answer ? { version: text(answer.version) } : null)

/**
 * The paths with a response that only one server gives. NIM, which is vLLM behind a front end of its own, and the servers that
 * imitate others come first.
 */
export const DISTINCTIVE_PATHS: readonly VersionPath[] = [
  {
    engine: 'nim',
    paths: ['/v1/version'],
    read: (answer) => ('release' in answer && 'api' in answer ? { version: text(answer.release) } : null),
  },
  {
    engine: 'koboldcpp',
    paths: ['/api/extra/version'],
    read: (answer) => (answer.result === 'KoboldCpp' ? { version: text(answer.version) } : null),
  },
  { engine: 'litellm', paths: ['/health/readiness', '/v1/model/info'], read: readLiteLlm },
  { engine: 'llama.cpp', paths: ['/props'], read: readProps },
  {
    engine: 'ollama',
    paths: ['/api/version'],
    read: readVersion,
    // llama-swap has the same path.
    proof: { path: '/api/tags', holds: ({ models }) => Array.isArray(models) },
  },
  { engine: 'sglang', paths: ['/server_info', '/get_server_info'], read: readServerInfo },
  { engine: 'tgi', paths: ['/info'], read: readInfo },
  {
    engine: 'triton',
    paths: ['/v2'],
    read: (answer) => (answer.name === 'triton' ? { version: text(answer.version) } : null),
  },
  { engine: 'lmstudio', paths: ['/api/v1/models'], read: readLmStudioModels },
  {
    engine: 'llama-orch',
    paths: ['/v2/meta/capabilities'],
    read: (answer) => ('api_version' in answer ? { version: text(answer.api_version) } : null),
  },
]

/** Paths that several servers answer in the same form: they give the version only if the engine is known already. */
export const SHARED_PATHS: readonly VersionPath[] = [
  { engine: 'vllm', paths: ['/version'], read: readVersion },
  { engine: 'tensorrt-llm', paths: ['/version'], read: readVersion },
  { engine: 'llama-swap', paths: ['/api/version'], read: readVersion },
]

/** Requests the paths of an engine in turn; null if no response is this engine's. */
export async function askVersion(probe: Probe, { paths, read }: VersionPath): Promise<EngineFacts | null> {
  for (const path of paths) {
    const answer = await probe.ask(path)
    const facts = answer && read(answer)
    if (facts) return { path, ...facts }
  }
  return null
}

/** Like `askVersion`, for an engine of which nothing is known yet. */
export async function askWhether(probe: Probe, version: VersionPath): Promise<EngineFacts | null> {
  const facts = await askVersion(probe, version)
  if (facts === null || version.proof === undefined) return facts
  const answer = await probe.ask(version.proof.path)
  return answer && version.proof.holds(answer) ? facts : null
}

/** llama.cpp: the build, and the file of the one model; a router for several models reports none. */
export function readProps(answer: Record<string, unknown>): Omit<EngineFacts, 'path'> | null {
  if (!('build_info' in answer)) return null
  const file = answer.role === 'router' ? '' : baseName(text(answer.model_path) ?? '')
  if (!file) return { version: text(answer.build_info) }
  return { version: text(answer.build_info), quantization: quantizationOfGguf(file), weights: { held: file } }
}

/** LiteLLM: readiness names the version, in some releases only to those with a key; the list of models needs one. */
function readLiteLlm(answer: Record<string, unknown>): Omit<EngineFacts, 'path'> | null {
  if ('litellm_version' in answer) return { version: text(answer.litellm_version) }
  return Array.isArray(answer.data) && answer.data.some((entry) => entry?.litellm_params !== undefined) ? {} : null
}

function readServerInfo(answer: Record<string, unknown>): Omit<EngineFacts, 'path'> | null {
  if (!('model_path' in answer)) return null
  const held = text(answer.model_path)
  return {
    version: text(answer.version),
    quantization: text(answer.quantization),
    weights: held ? { held } : undefined,
    sends_usage: answer.stream_response_default_include_usage === true,
  }
}

function readInfo(answer: Record<string, unknown>): Omit<EngineFacts, 'path'> | null {
  if (!('model_id' in answer) || !('version' in answer)) return null
  const held = text(answer.model_id)
  return { version: text(answer.version), quantization: text(answer.quantize), weights: held ? { held } : undefined }
}

/** LM Studio reports no version. Its weights are known if exactly one model is loaded. */
function readLmStudioModels(answer: Record<string, unknown>): Omit<EngineFacts, 'path'> | null {
  if (!Array.isArray(answer.models)) return null
  const loaded = answer.models.filter((model) => (model?.loaded_instances?.length ?? 0) > 0)
  return loaded.length === 1 ? { quantization: text(loaded[0]?.quantization?.name) } : {}
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
