import type { IncomingMessage, ServerResponse } from 'node:http'
import type { KnownEngine } from '../../../telemetry/engines/types.ts'

/** How a double answers. A request may overrule it with a header `x-double: {"tokens":3}`. Times in ms. */
export interface DoubleOptions {
  /** From the request's arrival to the first token. */
  ttft_ms: number
  /** From one token to the next. */
  tpot_ms: number
  /** Tokens of the answer. */
  tokens: number
  /** Tokens of the prompt, cached ones included. */
  tokens_in: number
  tokens_in_cached: number
  /** What the tokens are: text, reasoning followed by text (half and half), or the call of a tool. */
  kind: 'text' | 'reasoning' | 'tool'
  /**
   * `error`: a status instead of an answer. `error_event`: the engine's failure event after half of the tokens.
   * `reset`: the socket is reset after half of the tokens. `stall`: no further byte after half of the tokens.
   */
  outcome: 'ok' | 'error' | 'error_event' | 'reset' | 'stall'
  /** The status of `outcome: 'error'`. */
  status: number
  /** Chunks without content before the first token, beside those that the engine sends anyway. */
  empty_chunks: number
  /** Compresses the body where the request accepts gzip, flushed after every event. */
  gzip: boolean
  /** Sends HTTP trailers behind the body. */
  trailers: boolean
  /** Writes each event in pieces of this many bytes; 0 = in one. */
  piece_bytes: number
  /** Whether the model had to be loaded (Ollama). */
  cold: boolean
  /** Drafted tokens that llama.cpp reports; 0 = no speculative decoding. */
  drafted: number
  /** As vLLM up to 0.5: chunks of a chat stream that was asked for usage carry `"usage":null`. */
  null_usage_if_asked: boolean
  model: string
  version: string
}

/** One answer as it really went. Times are `performance.now()` of this process. */
export interface Answer {
  path: string
  accepted_at: number
  /** Right before the first and last token were written; null where none was. */
  first_token_at: number | null
  last_token_at: number | null
  /** Tokens written. */
  tokens: number
  /** Whether the client went away before the end. */
  aborted: boolean
  /** Whether the answer was written to its end. */
  finished: boolean
}

export interface RecordedRequest {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: Buffer
}

export interface EngineDouble {
  url: string
  engine: KnownEngine
  requests: RecordedRequest[]
  answers: Answer[]
  /** Resolves when the answer with this index has ended one way or the other. */
  settled(index: number): Promise<Answer>
  /** Changes the options for the requests to come. */
  set(options: Partial<DoubleOptions>): void
  close(): Promise<void>
}

/** What a route knows of its request. */
export interface Call {
  request: IncomingMessage
  response: ServerResponse
  path: string
  body: Record<string, unknown>
  options: DoubleOptions
  answer: Answer
}

export type Route = (call: Call) => Promise<void> | void
/** `METHOD /path` → route; `*` stands for one path segment. */
export type Routes = Record<string, Route>
