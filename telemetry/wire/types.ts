/**
 * The APIs in which a request is a task: it is routed by its model, admitted and counted. Everything else is passed through. The form of
 * `native.generate` (`/generate`, `/generate_stream`) depends on the engine. Whether a task has a sample, see `TaskRequest.sampled`.
 */
export const TASK_APIS = [
  'openai.chat',
  'openai.completions',
  'openai.responses',
  'openai.embeddings',
  'anthropic.messages',
  'ollama.generate',
  'ollama.chat',
  'ollama.embed',
  'llamacpp.completion',
  'native.generate',
  'orch.tasks',
  'rerank',
  'score',
  'classify',
  'pooling',
  'audio',
  'images',
  'other',
] as const
export type TaskApi = (typeof TASK_APIS)[number]

/** The APIs whose tasks have a prompt and generate no tokens. */
export const PROMPT_ONLY_APIS: ReadonlySet<TaskApi> = new Set<TaskApi>([
  'openai.embeddings',
  'ollama.embed',
  'rerank',
  'score',
  'classify',
  'pooling',
])

/** What the gateway reads of a task's request: never its prompt. */
export interface TaskRequest {
  api: TaskApi
  model: string
  stream: boolean
  /** Sequences that the engine generates at once for this request: choices (`n`, `best_of`) times prompts. */
  sequences: number
  /** False if the request generates nothing (Ollama: load or unload a model): it is no task then. */
  is_task: boolean
  /** Whether the response tells tokens and times, so that the task has a sample. */
  sampled: boolean
  /** The body to send upstream: the client's own bytes, or with the usage chunk requested. */
  body: Buffer
  /** Whether anyone requested the usage chunk. */
  asks_usage: boolean
  /** Whether the gateway, and not the client, requested the usage chunk, which is then stripped from the response. */
  asked_by_gateway: boolean
}

/** The head of a response, for its reader. */
export interface ResponseHead {
  status: number
  content_type: string | undefined
  /** A header by its name in lower case; TGI reports its counts in headers. */
  header?: (name: string) => string | undefined
}

/** What was observed of a task in its response. Times are ms of the monotonic clock (`performance.now()`). */
export interface Observation {
  first_token_at: number | null
  last_token_at: number | null
  /** Deltas with text, reasoning or tool-call content seen in the stream. */
  deltas: number
  /** In how many pieces, apart in time, these deltas came. */
  pieces: number
  /** Tokens that the engine counted as reasoning but did not send. */
  hidden_tokens: number
  /** Whether another machine answered (Ollama's cloud models): such a task has no sample. */
  remote: boolean
  /** Whether a stream reported usage in OpenAI's form. */
  has_usage: boolean
  /** Whether the engine only loaded or unloaded its model (Ollama): nothing was generated, and it was no task. */
  is_control: boolean
  /** Whether the response came as a stream, whatever was requested. */
  streamed: boolean
  /** As the engine counted them; null if it did not report them. */
  tokens_in: number | null
  tokens_out: number | null
  tokens_in_cached: number | null
  /** As the engine timed them; null if it did not report them. */
  engine_first_token_ms: number | null
  engine_decode_time_ms: number | null
  cold_start: boolean | null
  speculative: boolean | null
  /** Whether the response came to the end that its API defines (`[DONE]`, `done: true`, `response.completed`, a whole body). */
  complete: boolean
  /** Whether the end of the body is the only end that the API defines. */
  ends_with_body: boolean
  /** A short code if the engine reported a failure inside a response; null if it did not. */
  error_code: string | null
}

/**
 * Reads one response. It holds back at most the line that the gateway may have to strip, and never changes a byte unless the
 * gateway requested something that the client did not.
 */
export interface ResponseReader {
  /** Whether `push` may return other bytes than it was given; if not, the bytes are sent first and read afterwards. */
  readonly rewrites: boolean
  /** What was observed so far. */
  readonly observation: Observation
  /** Reads bytes of the decoded body, with the time of their arrival; returns the bytes for the client. */
  push(bytes: Buffer, at: number): Buffer | null
  /** The end of the body: the remaining bytes for the client, if any, and the observation. */
  end(): { rest: Buffer | null; observation: Observation }
  /** The bytes that were pushed and not returned, unchanged, for a caller that gives the reader up after it threw. */
  takeHeld?(): Buffer
}
