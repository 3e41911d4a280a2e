/**
 * Health check paths that cost no token. Not `/health` everywhere: SGLang's generates a token by default, and so does TGI's until
 * its first request has succeeded.
 */
const HEALTH_PATHS: Readonly<Record<string, string>> = {
  vllm: '/health',
  'llama.cpp': '/health',
  'tensorrt-llm': '/health',
  ollama: '/api/version',
  sglang: '/v1/models',
  tgi: '/info',
  triton: '/v2/health/ready',
  nim: '/v1/health/ready',
  lmstudio: '/v1/models',
  'llama-orch': '/v2/meta/capabilities',
  'llama-swap': '/health',
  litellm: '/health/liveliness',
}

/** The path of a health check that never costs a token; of an unknown engine the list of its models. */
export function healthPath(engine: string): string {
  return HEALTH_PATHS[engine] ?? '/v1/models'
}
