import { UNKNOWN } from '../sample/clean_labels.ts'
import { cleanReportedFormat, cleanReportedVersion } from './clean_reports.ts'
import { createProbe, type Probe, type ProbeOptions } from './http_probe.ts'
import { type ModelList, readModelList } from './model_list.ts'
import type { EngineIdentity, KnownEngine, OtherServer } from './types.ts'
import {
  askVersion,
  askWhether,
  DISTINCTIVE_PATHS,
  type EngineFacts,
  SHARED_PATHS,
  type VersionPath,
} from './version_paths.ts'

/** The options of detection. `configured` overrides what it finds. */
export interface DetectOptions extends ProbeOptions {
  configured?: { engine?: string; engine_version?: string; quantization?: string }
}

/** `owned_by` in `/v1/models` → the engine. NIM and LM Studio have names of their own there. */
const OWNERS: Readonly<Record<string, KnownEngine | OtherServer>> = {
  vllm: 'vllm',
  llamacpp: 'llama.cpp',
  sglang: 'sglang',
  library: 'ollama',
  tensorrt_llm: 'tensorrt-llm',
  organization_owner: 'lmstudio',
  'triton inference server': 'triton',
  'llama-swap': 'llama-swap',
  koboldcpp: 'koboldcpp',
}

const ALL_PATHS = [...DISTINCTIVE_PATHS, ...SHARED_PATHS]
const NIM = DISTINCTIVE_PATHS.find(({ engine }) => engine === 'nim')!

/**
 * Detects the engine at `url`, its version and its models, on paths that never cost a token: `/v1/models` first, whose `owned_by`
 * names most engines, then the engine's own path; if the owner is not conclusive, the paths that only one engine has. Never
 * throws; what cannot be detected is `unknown`.
 */
export async function detectEngine(url: string, options: DetectOptions): Promise<EngineIdentity> {
  const { configured = {} } = options
  if (configured.engine && configured.engine_version) {
    return identify({ engine: configured.engine, facts: null }, configured, 'config')
  }
  const probe = createProbe(url, options)
  const list = readModelList(await probe.ask('/v1/models'))
  if (configured.engine) {
    const facts = await askKnown(probe, configured.engine)
    return noteRefusal(probe, identify({ engine: configured.engine, facts }, configured, 'config', list))
  }
  const owner = OWNERS[list.owner]
  const found = owner ? await askOwner(probe, owner) : await askEverything(probe)
  const { engine, facts } = found ?? { engine: UNKNOWN, facts: null }
  return noteRefusal(probe, identify({ engine, facts }, configured, sourceOf(probe, engine, facts), list))
}

function sourceOf({ failed }: Probe, engine: string, facts: EngineFacts | null): string {
  if (facts !== null) return facts.path
  if (failed) return 'unreachable'
  return engine === UNKNOWN ? 'none' : '/v1/models'
}

function noteRefusal({ refused }: Probe, identity: EngineIdentity): EngineIdentity {
  return refused && identity.engine_version === UNKNOWN ? { ...identity, refused } : identity
}

interface Found {
  engine: string
  facts: EngineFacts | null
}

/** The owner names the engine, except that NIM may pass on the response of the vLLM behind it. */
async function askOwner(probe: Probe, engine: KnownEngine | OtherServer): Promise<Found> {
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
    const facts = await askWhether(probe, path)
    return facts && { engine: path.engine, facts }
  }
  const answers = await Promise.all(DISTINCTIVE_PATHS.map(ask))
  return answers.find((answer) => answer !== null) ?? null
}

function identify(
  { engine, facts }: Found,
  configured: NonNullable<DetectOptions['configured']>,
  source: string,
  { models, aliases }: Partial<ModelList> = {},
): EngineIdentity {
  const quantization = configured.quantization ?? cleanReportedFormat(facts?.quantization)
  const weights = { ...facts?.weights, ...(aliases ? { aliases } : {}) }
  return {
    engine,
    engine_version: configured.engine_version ?? cleanReportedVersion(facts?.version),
    ...(quantization ? { quantization } : {}),
    ...(Object.keys(weights).length > 0 ? { weights } : {}),
    ...(models ? { models } : {}),
    ...(facts?.sends_usage ? { sends_usage: true } : {}),
    source,
  }
}
