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

/** What is known of the engine of an upstream; `unknown` for what is not. */
export interface EngineIdentity {
  engine: KnownEngine | (string & {})
  engine_version: string
  /** The quantisation that the engine reports (llama.cpp /props, Ollama /api/show). */
  quantization?: string
  /** The weights behind the names in requests, if the engine reports them. */
  weights?: EngineWeights
  /** Whether the server sends usage in streams to who does not ask (SGLang `/server_info`); absent if it does not tell. */
  sends_usage?: boolean
  /** The source of the identity: the path that answered, `config`, or `none`. */
  source: string
}

/** Model names as an engine reports them. They may be paths, and are recorded only as the references made of them. */
export interface EngineWeights {
  /** The one model that the engine serves, whatever a request calls it (llama.cpp, TGI, SGLang). */
  held?: string
  /** Name in requests → its weights (vLLM's `root` of a served name). */
  aliases?: Readonly<Record<string, string>>
}
