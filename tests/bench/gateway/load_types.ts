/** What clients do in one turn. It ends after `requests` of each client, or with the first requests that end after `duration_s`. */
export interface Load {
  port: number
  streams: number
  /** Tokens of each answer, and the time between them; 0 is as fast as they are taken. */
  tokens: number
  tpot_ms: number
  requests?: number
  duration_s?: number
}

export interface LoadResult {
  /** Of each request, in ms. */
  first_token_ms: number[]
  seconds: number
  tokens: number
}
