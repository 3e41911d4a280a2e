import type { KnownEngine } from '../../../telemetry/engines/types.ts'
import { messagesRoute } from './anthropic_double.ts'
import { LLAMA_CPP_ROUTES, SGLANG_ROUTES, TRITON_ROUTES, VLLM_ROUTES } from './native_doubles.ts'
import { OLLAMA_ROUTES } from './ollama_double.ts'
import * as dialects from './openai_dialects.ts'
import { modelsRoute, openAiRoutes, sse } from './openai_double.ts'
import { orchRoutes } from './orch_double.ts'
import { RESPONSES_ROUTES } from './responses_double.ts'
import { TGI_ROUTES } from './tgi_double.ts'
import type { Call, Route, Routes } from './types.ts'
import { quoteRequest, sendJson } from './whole_answer.ts'

/** An engine's double: its routes, and the way in which it refuses a request. */
export interface EngineRoutes {
  model: string
  version: string
  routes: Routes
  fail: (call: Call) => void
}

const owned = (owned_by: string) =>
  modelsRoute(({ options }) => ({ id: options.model, object: 'model', created: 1_762_000_000, owned_by }))
const json =
  (body: (call: Call) => unknown): Route =>
  (call) =>
    sendJson(call, 200, body(call))
const empty: Route = (call) => void call.response.writeHead(200).end()

/** OpenAI's form of an error, as vLLM since 0.10 and llama.cpp write it. */
function openAiError(call: Call): object {
  const { status } = call.options
  return { error: { message: quoteRequest(call), type: 'InternalServerError', param: null, code: status } }
}

/** The form of FastChat's protocol, as SGLang, TensorRT-LLM and older vLLM versions write it. */
function flatError(call: Call): object {
  const { status } = call.options
  return { object: 'error', message: quoteRequest(call), type: 'InternalServerError', param: null, code: status }
}

const failWith = (body: (call: Call) => unknown) => (call: Call) => sendJson(call, call.options.status, body(call))
const failureThenDone = (call: Call) => `${sse(openAiError(call))}data: [DONE]\n\n`

/** `GET /health` answers 200 without a body; `/version` is vllm/entrypoints/openai/api_server.py. */
const vllm: EngineRoutes = {
  model: 'Qwen/Qwen3-8B',
  version: '0.11.0',
  routes: {
    ...openAiRoutes(dialects.VLLM, failureThenDone),
    ...RESPONSES_ROUTES,
    ...VLLM_ROUTES,
    'POST /v1/messages': messagesRoute(true),
    'GET /v1/models': owned('vllm'),
    'GET /version': json(({ options }) => ({ version: options.version })),
    'GET /health': empty,
  },
  fail: failWith(openAiError),
}

/** tools/server/README.md of ggml-org/llama.cpp: `/props`, `/health`, `/v1/models` with `meta`. */
const llamaCpp: EngineRoutes = {
  model: 'Qwen3-8B-Q4_K_M.gguf',
  version: 'b6097-9515c613',
  routes: {
    ...openAiRoutes(dialects.LLAMA_CPP, (call) => sse(openAiError(call))),
    ...RESPONSES_ROUTES,
    ...LLAMA_CPP_ROUTES,
    'POST /v1/messages': messagesRoute(false),
    'GET /v1/models': owned('llamacpp'),
    'GET /props': json(({ options }) => ({
      total_slots: 4,
      model_path: `/home/someone/models/${options.model}`,
      build_info: options.version,
    })),
    'GET /health': json(() => ({ status: 'ok' })),
  },
  fail: failWith(({ options }) => ({
    error: {
      code: options.status,
      message: 'Loading model',
      type: options.status === 503 ? 'unavailable_error' : 'server_error',
    },
  })),
}

const ollama: EngineRoutes = {
  model: 'llama3.1:8b',
  version: '0.12.6',
  routes: {
    ...OLLAMA_ROUTES,
    ...openAiRoutes(dialects.OLLAMA, (call) => sse({ error: { message: quoteRequest(call), type: 'api_error' } })),
    ...RESPONSES_ROUTES,
    'POST /v1/messages': messagesRoute(false),
    'GET /v1/models': owned('library'),
  },
  fail: (call) => {
    const native = call.path.startsWith('/api/')
    const message = quoteRequest(call)
    sendJson(call, call.options.status, {
      error: native ? message : { message, type: 'api_error', param: null, code: null },
    })
  },
}

/** python/sglang/srt/entrypoints/http_server.py: `/server_info` (`/get_server_info` before 0.5), `/health`. */
const sglang: EngineRoutes = {
  model: 'Qwen/Qwen3-8B',
  version: '0.5.4.post1',
  routes: {
    ...openAiRoutes(dialects.SGLANG, (call) => `${sse({ error: flatError(call) })}data: [DONE]\n\n`),
    ...RESPONSES_ROUTES,
    ...SGLANG_ROUTES,
    'POST /v1/messages': messagesRoute(false),
    'GET /v1/models': owned('sglang'),
    'GET /server_info': json(({ options }) => ({
      model_path: options.model,
      quantization: 'fp8',
      version: options.version,
    })),
    'GET /health': empty,
  },
  fail: failWith(flatError),
}

const tgi: EngineRoutes = {
  model: 'Qwen/Qwen3-8B',
  version: '3.3.4',
  routes: {
    ...TGI_ROUTES,
    ...openAiRoutes(
      dialects.TGI,
      (call) => `data: ${JSON.stringify({ error: quoteRequest(call), error_type: 'generation' })}\n\n`,
    ),
    'GET /v1/models': owned('Qwen/Qwen3-8B'),
  },
  fail: failWith(({ options }) => ({
    error: 'Model is overloaded',
    error_type: options.status === 429 ? 'overloaded' : 'generation',
  })),
}

/** tensorrt_llm/serve/openai_server.py: `/version`, `/health`; `owned_by` is the default of its `ModelCard`. */
const tensorrtLlm: EngineRoutes = {
  model: 'Qwen3-8B',
  version: '1.1.0',
  routes: {
    ...openAiRoutes(dialects.TENSORRT_LLM, (call) => sse(flatError(call))),
    ...RESPONSES_ROUTES,
    'GET /v1/models': owned('tensorrt_llm'),
    'GET /version': json(({ options }) => ({ version: options.version })),
    'GET /health': empty,
  },
  fail: failWith(flatError),
}

/** The HTTP extension of KServe (`/v2`, `/v2/health/ready`) beside the OpenAI front end, as a proxy in front of both shows them. */
const triton: EngineRoutes = {
  model: 'qwen3-8b',
  version: '2.60.0',
  routes: {
    ...openAiRoutes(dialects.TRITON, (call) => sse({ detail: quoteRequest(call), error: { type: 'ServerError' } })),
    ...TRITON_ROUTES,
    'GET /v1/models': owned('Triton Inference Server'),
    'GET /v2': json(({ options }) => ({ name: 'triton', version: options.version, extensions: ['classification'] })),
    'GET /v2/health/ready': empty,
  },
  fail: failWith((call) => ({ detail: quoteRequest(call) })),
}

/** lmstudio.ai/docs/developer/rest: `GET /api/v1/models`; it tells no version of the server. */
const lmstudio: EngineRoutes = {
  model: 'qwen3-8b',
  version: 'unknown',
  routes: {
    ...openAiRoutes(
      dialects.LM_STUDIO,
      (call) => `event: error\ndata: ${JSON.stringify({ error: { message: quoteRequest(call) } })}\n\n`,
    ),
    ...RESPONSES_ROUTES,
    'GET /v1/models': owned('organization_owner'),
    'GET /api/v1/models': json(({ options }) => ({
      models: [
        {
          type: 'llm',
          publisher: 'qwen',
          key: options.model,
          quantization: { name: 'Q4_K_M', bits_per_weight: 4 },
          loaded_instances: [{ id: options.model, config: { context_length: 4096 } }],
        },
      ],
    })),
  },
  fail: failWith((call) => ({ error: { message: quoteRequest(call) } })),
}

/** docs.nvidia.com/nim/large-language-models/latest/reference/api-reference.html: vLLM behind `/v1/version` and `/v1/health`. */
const nim: EngineRoutes = {
  model: 'meta/llama-3.1-8b-instruct',
  version: '1.13.1',
  routes: {
    ...openAiRoutes(dialects.VLLM, (call) => `${sse(flatError(call))}data: [DONE]\n\n`),
    ...RESPONSES_ROUTES,
    'GET /v1/models': owned('system'),
    'GET /v1/version': json(({ options }) => ({ release: options.version, api: '0.1.0' })),
    'GET /v1/health/ready': json(() => ({ object: 'health-response', message: 'Service is ready.' })),
  },
  fail: failWith(flatError),
}

const llamaOrch = (): EngineRoutes => ({
  model: 'hf:Qwen/Qwen3-8B',
  version: '1.0.0',
  routes: orchRoutes(),
  fail: failWith((call) => ({
    code: call.options.status === 429 ? 'QUEUE_FULL_DROP_LRU' : 'POOL_UNAVAILABLE',
    message: quoteRequest(call),
    engine: 'vllm',
    retriable: true,
    retry_after_ms: 1500,
  })),
})

const STATELESS: Record<Exclude<KnownEngine, 'llama-orch'>, EngineRoutes> = {
  vllm,
  'llama.cpp': llamaCpp,
  ollama,
  sglang,
  tgi,
  'tensorrt-llm': tensorrtLlm,
  triton,
  lmstudio,
  nim,
}

/** The routes of a new double. */
export function engineRoutes(engine: KnownEngine): EngineRoutes {
  return engine === 'llama-orch' ? llamaOrch() : STATELESS[engine]
}
