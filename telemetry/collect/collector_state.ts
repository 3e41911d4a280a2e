import type { BodyBudget } from '../gateway/incoming_body.ts'
import type { BatchStore } from './batch_store.ts'
import type { CollectMetrics } from './collect_metrics.ts'
import type { LineChecker } from './line_checker.ts'
import type { RateLimit } from './rate_limit.ts'
import type { Tokens } from './tokens.ts'

/** The state that requests share. */
export interface Collector {
  store: BatchStore
  tokens: Tokens
  allow_anonymous: boolean
  /** Samples, by token. */
  rates: RateLimit
  /** Attempts with a wrong token, by address: in memory only. */
  strangers: RateLimit
  budget: BodyBudget
  checker: LineChecker
  metrics: CollectMetrics
  isClosing: boolean
  /** Logs that the file of tokens cannot be used, now and then. */
  reportTokens: (error: Error) => void
  /** Logs an event; never anything that a sender sent. */
  log: (event: string, facts?: Record<string, unknown>) => void
}
