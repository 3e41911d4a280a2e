/** Engines whose wire format or version endpoint is known. Any other name may be configured. */
export const KNOWN_ENGINES = [
  'vllm',
  'llama.cpp',
  'ollama',
  'sglang',
  'tgi',
  'tensorrt-llm',
  'triton',
  'lmstudio',
  'nim',
  'llama-orch',
] as const
export type KnownEngine = (typeof KNOWN_ENGINES)[number]

/** Servers that are recognised so that they are not taken for the engine that they imitate or send tasks on to. */
export type OtherServer = 'llama-swap' | 'litellm' | 'koboldcpp'

/** What is known of the engine of an upstream; `unknown` for what is not. */
export interface EngineIdentity {
  engine: KnownEngine | OtherServer | (string & {})
  engine_version: string
  /** The quantisation that the engine reports (llama.cpp /props). */
  quantization?: string
  /** The weights behind the names in requests, if the engine reports them. */
  weights?: EngineWeights
  /** Whether the server sends usage in streams to who does not ask (SGLang `/server_info`); absent if it does not tell. */
  sends_usage?: boolean
  /** The names by which the engine lists its models. */
  models?: readonly string[]
  /** Whether the engine was asked for its version and wants a key. */
  refused?: true
  /**
   * The source of the identity: the path that answered, `config`, `none` if no response was known, `unreachable` if what
   * is not known had no response below 500.
   */
  source: string
}

/** Model names as an engine reports them. They may be paths, and are recorded only as the references made of them. */
export interface EngineWeights {
  /** The one model that the engine serves, whatever a request calls it (llama.cpp, TGI, SGLang). */
  held?: string
  /** Name in requests → its weights (vLLM's `root` of a served name; of an adapter that of its base). */
  aliases?: Readonly<Record<string, string>>
}

/** What a server reports of one model: facts that its identity does not hold. */
export interface ModelFacts {
  /** The engine that runs the model, if the server is not it. */
  engine?: string
  engine_version?: string
  quantization?: string
  /** The weights behind the name. */
  weights?: string
  /** Whether the model runs on another host, so that its speed is not that of this one. */
  elsewhere?: boolean
}
