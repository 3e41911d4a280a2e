import type { KnownEngine } from '../../../../telemetry/engines/types.ts'

/** A way to run a task on an engine, and what its wire format tells of it. */
export interface TaskRoute {
  engine: KnownEngine
  path: string
  /** Path of the same task in one piece, where it is another one. */
  whole_path?: string
  body: (stream: boolean) => object
  /** Whether a stream tells its counts to a gateway that asks where it may; else the pieces are counted. */
  stream_counts: boolean
  /** Whether an answer in one piece tells the times of its engine. */
  whole_timing: 'engine' | 'gateway'
  model_ref: string
}

const MESSAGES = [{ role: 'user', content: 'hello' }]

function openAi(engine: KnownEngine, model: string, facts: Partial<TaskRoute> = {}): TaskRoute[] {
  const common = { engine, stream_counts: true, whole_timing: 'gateway' as const, model_ref: model, ...facts }
  const chat = {
    ...common,
    path: '/v1/chat/completions',
    body: (stream: boolean) => ({ model, messages: MESSAGES, stream }),
  }
  const text = { ...common, path: '/v1/completions', body: (stream: boolean) => ({ model, prompt: 'hello', stream }) }
  return [chat, text]
}

const responses = (engine: KnownEngine, model: string, model_ref = model): TaskRoute => ({
  engine,
  path: '/v1/responses',
  body: (stream) => ({ model, input: 'hello', stream }),
  stream_counts: true,
  whole_timing: 'gateway',
  model_ref,
})

const counted = (routes: TaskRoute[], path: string) =>
  routes.map((route) => (route.path === path ? { ...route, stream_counts: false } : route))

const HUB = { model_ref: 'hf:Qwen/Qwen3-8B' }

/** Every engine with every API of its that holds tasks. */
export const ROUTES: readonly TaskRoute[] = [
  ...openAi('vllm', 'Qwen/Qwen3-8B', HUB),
  responses('vllm', 'Qwen/Qwen3-8B', HUB.model_ref),
  {
    engine: 'vllm',
    path: '/v1/messages',
    body: (stream) => ({ model: 'Qwen/Qwen3-8B', messages: MESSAGES, max_tokens: 8, stream }),
    stream_counts: true,
    whole_timing: 'gateway',
    ...HUB,
  },
  ...openAi('llama.cpp', 'Qwen3-8B-Q4_K_M.gguf', { whole_timing: 'engine', model_ref: 'Qwen3-8B-Q4_K_M' }),
  {
    engine: 'llama.cpp',
    path: '/completion',
    body: (stream) => ({ prompt: 'hello', stream }),
    stream_counts: true,
    whole_timing: 'engine',
    model_ref: 'Qwen3-8B-Q4_K_M',
  },
  ...openAi('sglang', 'Qwen/Qwen3-8B', HUB),
  ...counted(openAi('tgi', 'tgi', HUB), '/v1/completions'),
  {
    engine: 'tgi',
    path: '/generate_stream',
    whole_path: '/generate',
    body: () => ({ inputs: 'hello', parameters: { details: true } }),
    stream_counts: true,
    whole_timing: 'gateway',
    ...HUB,
  },
  ...openAi('tensorrt-llm', 'Qwen3-8B'),
  ...openAi('triton', 'qwen3-8b', { stream_counts: false }),
  ...counted(openAi('lmstudio', 'qwen3-8b'), '/v1/completions'),
  ...openAi('nim', 'meta/llama-3.1-8b-instruct', { model_ref: 'llama-3.1-8b-instruct' }),
  ...openAi('ollama', 'llama3.1:8b'),
  ...['/api/generate', '/api/chat'].map(
    (path): TaskRoute => ({
      engine: 'ollama',
      path,
      body: (stream) => ({ model: 'llama3.1:8b', prompt: 'hello', messages: MESSAGES, stream }),
      stream_counts: true,
      whole_timing: 'engine',
      model_ref: 'llama3.1:8b',
    }),
  ),
]

export const ENGINES = [...new Set(ROUTES.map(({ engine }) => engine))]

/** The path of a task, streamed or in one piece. */
export function pathOf(route: TaskRoute, stream: boolean): string {
  return stream ? route.path : (route.whole_path ?? route.path)
}
