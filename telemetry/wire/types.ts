/** The APIs in which a request is a task. Everything else passes through and is not sampled. */
export const TASK_APIS = [
  'openai.chat',
  'openai.completions',
  'openai.responses',
  'openai.embeddings',
  'ollama.generate',
  'ollama.chat',
  'tgi.generate',
  'orch.tasks',
] as const
export type TaskApi = (typeof TASK_APIS)[number]

/** What the gateway reads of a task's request: never its prompt. */
export interface TaskRequest {
  api: TaskApi
  model: string
  stream: boolean
  /** The body to send upstream: the client's own bytes, or with the usage chunk asked for. */
  body: Buffer
  /** Whether the client asked for the usage chunk itself; if not, what the gateway asked for is stripped. */
  asked_by_gateway: boolean
}

/** What the head of a response tells its reader. */
export interface ResponseHead {
  status: number
  content_type: string | undefined
  /** A header by its name in lower case; TGI tells its counts in headers. */
  header?: (name: string) => string | undefined
}

/** What a response said about its task. Times are ms of the monotonic clock (`performance.now()`). */
export interface Observation {
  first_token_at: number | null
  last_token_at: number | null
  /** Deltas with text, reasoning or tool-call content seen in the stream. */
  deltas: number
  /** As the engine counted them; null if it did not say. */
  tokens_in: number | null
  tokens_out: number | null
  tokens_in_cached: number | null
  /** As the engine timed them; null if it did not say. */
  engine_first_token_ms: number | null
  engine_decode_time_ms: number | null
  cold_start: boolean | null
  speculative: boolean | null
  /** Whether the response came to the end that its API defines (`[DONE]`, `done: true`, `response.completed`, a whole body). */
  complete: boolean
  /** A short code where the engine reported a failure inside a response; null if it did not. */
  error_code: string | null
}

/**
 * Follows one response. It never holds back a byte longer than the line that the gateway may have to strip, and never
 * changes a byte where the gateway asked for nothing.
 */
export interface ResponseReader {
  /** Whether `push` may return other bytes than it was given; if not, send first and read afterwards. */
  readonly rewrites: boolean
  /** Takes bytes of the decoded body and the time of their arrival; returns what the client is to get. */
  push(bytes: Buffer, at: number): Buffer | null
  /** The end of the body: the rest for the client, if any, and what was seen. */
  end(): { rest: Buffer | null; observation: Observation }
}
