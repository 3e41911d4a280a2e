/** Words that people and tools give to any model: they say what a file is for, not which model it holds. */
const ANYTHING = new Set(
  `model models ggml-model pytorch-model adapter-model my-model mymodel your-model model-name custom custom-model default any auto test
  testing example sample dummy mock fake local local-model local-llm llm main checkpoint final merged output converted unknown none null
  n-a weights consolidated index chat assistant ai server base-model finetuned fine-tuned lora adapter snapshot latest served-model
  vllm-model tgi sglang-model gguf quantized ggml`.split(/\s+/),
)

/** Content digests of Ollama's blobs, revisions, UUIDs, and numbers alone. */
const NO_NAME =
  /^(?:sha256[-:_]?[0-9a-f]{6,}|[0-9a-f]{12,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\d._-]+|[a-z]|checkpoint[-_]\d+|model[-_.]?\d*)$/

/** Models of hosted services, under whose names servers answer for clients that ask for nothing else. Their weights are not public. */
const HOSTED =
  /^(?:gpt-(?:3|4|5)(?:[.o-].*)?|o[134](?:-.*)?|chatgpt.*|text-(?:davinci|embedding).*|davinci.*|claude-.*|gemini-.*|grok-\d.*-(?:fast|latest))$/

/** The name could mean any model: whoever ran it has to say which one it was. */
export function isGenericName(base: string): boolean {
  const name = base
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-')
  return name === '' || ANYTHING.has(name) || NO_NAME.test(name) || HOSTED.test(name)
}
