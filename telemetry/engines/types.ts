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
  /** What the engine says of its weights, where it does (llama.cpp /props, Ollama /api/show). */
  quantization?: string
  /** Where the identity came from: the path that answered, `config`, or `none`. */
  source: string
}
