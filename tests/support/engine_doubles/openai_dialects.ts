/** How an engine's OpenAI layer differs from the others on the wire. */
export interface Dialect {
  /** Members behind `model` in every chunk and answer. */
  top: Record<string, unknown>
  /** Delta of a first chunk without content; null where every chunk carries the role. */
  opening: Record<string, unknown> | null
  /** Members of every delta. */
  delta: Record<string, unknown>
  /** Members of every choice in front of `finish_reason`. */
  choice: Record<string, unknown>
  reasoning: 'reasoning' | 'reasoning_content'
  /** Whether chunks other than the usage chunk carry `"usage":null`, or (Ollama) zeros, if usage was asked for. */
  chat_usage: 'absent' | 'null'
  completion_usage: 'absent' | 'null' | 'zeros_if_asked'
  /** Delta of the chunk with the finish reason. */
  closing: Record<string, unknown>
  /** Whether the usage chunk has an empty id (TGI). */
  anonymous_usage?: boolean
  /** llama.cpp: `timings` in the last chunk. */
  timings?: boolean
  /** Whether usage can be asked for in text completions. */
  completion_asks: boolean
}

/**
 * vLLM: vllm/entrypoints/openai/chat_completion/serving.py (`exclude_unset=True`; `reasoning`, which was `reasoning_content` up to 0.11) and
 * completion/serving.py (`exclude_unset=False`), 2026-11.
 */
export const VLLM: Dialect = {
  top: {},
  opening: { role: 'assistant', content: '' },
  delta: {},
  choice: { logprobs: null },
  reasoning: 'reasoning',
  chat_usage: 'absent',
  completion_usage: 'null',
  closing: { content: '' },
  completion_asks: true,
}

/**
 * SGLang: python/sglang/srt/entrypoints/openai/sse_utils.py and serving_chat.py, 2026-11 (`reasoning_content` is there, if null; text completions have
 * every unset field as null, serving_completions.py).
 */
export const SGLANG: Dialect = {
  ...VLLM,
  opening: { reasoning_content: null, role: 'assistant', content: '' },
  delta: { reasoning_content: null },
  choice: { logprobs: null, matched_stop: null },
  reasoning: 'reasoning_content',
  closing: { reasoning_content: null },
}

/**
 * TensorRT-LLM: tensorrt_llm/serve/postprocess_handlers.py at 01bf1923, 2026-11. Chunks of chats leave out what is null, but every delta has both
 * its texts, one of them empty; chunks of text completions have every field.
 */
export const TENSORRT_LLM: Dialect = {
  ...VLLM,
  opening: { role: 'assistant' },
  delta: { content: '', reasoning_content: '' },
  choice: {},
  reasoning: 'reasoning_content',
  completion_usage: 'null',
  closing: { content: '', reasoning_content: '' },
}

/** TGI: router/src/chat.rs of 3.3, 2025-12; every delta carries the role, `usage` is null but in the extra chunk. Asks only in chats. */
export const TGI: Dialect = {
  ...VLLM,
  top: { system_fingerprint: '3.3.4-native' },
  opening: null,
  delta: { role: 'assistant' },
  choice: { logprobs: null },
  chat_usage: 'null',
  completion_usage: 'absent',
  closing: { role: 'assistant', content: '' },
  anonymous_usage: true,
  completion_asks: false,
}

/** llama.cpp: tools/server/server-task.cpp (`to_json_oaicompat_chat_stream`): a null first content, `timings` at the end; 2026-11. */
export const LLAMA_CPP: Dialect = {
  ...VLLM,
  reasoning: 'reasoning_content',
  top: { system_fingerprint: 'b6097-9515c613' },
  opening: { role: 'assistant', content: null },
  choice: {},
  completion_usage: 'absent',
  closing: {},
  timings: true,
}

/** Ollama: middleware/openai.go and openai/openai.go, 2026-11; every delta carries the role. */
export const OLLAMA: Dialect = {
  ...VLLM,
  top: { system_fingerprint: 'fp_ollama' },
  opening: null,
  delta: { role: 'assistant' },
  choice: {},
  reasoning: 'reasoning',
  completion_usage: 'zeros_if_asked',
  closing: { role: 'assistant', content: '' },
}

/** LM Studio: lmstudio.ai/docs/app/api/endpoints/openai and the API changelog (`stream_options`, `reasoning`), 2026-11. */
export const LM_STUDIO: Dialect = {
  ...VLLM,
  top: { system_fingerprint: 'qwen3-8b' },
  choice: { logprobs: null },
  reasoning: 'reasoning_content',
  completion_usage: 'absent',
  closing: {},
  completion_asks: false,
}

/** Triton's OpenAI front end: python/openai/openai_frontend of triton-inference-server/server, 2026-11. */
export const TRITON: Dialect = {
  ...VLLM,
  top: { system_fingerprint: null },
  chat_usage: 'null',
  closing: { role: 'assistant', content: '' },
  completion_asks: false,
}
