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

/** What is known of the engine behind an upstream; `unknown` where nothing is. */
export interface EngineIdentity {
  engine: KnownEngine | (string & {})
  engine_version: string
  /** What the engine says of its weights, if it does (llama.cpp /props, Ollama /api/show). */
  quantization?: string
  /** Which weights stand behind the names in requests, if the engine says so. */
  weights?: EngineWeights
  /** Where the identity came from: the path that answered, `config`, or `none`. */
  source: string
}

/** Model names as an engine tells them. They may be paths, and are recorded only as the references made of them. */
export interface EngineWeights {
  /** The one model that the engine holds, whatever a request calls it (llama.cpp, TGI, SGLang). */
  held?: string
  /** Name in requests → the weights that it stands for (vLLM's `root` of a served name). */
  aliases?: Readonly<Record<string, string>>
}
