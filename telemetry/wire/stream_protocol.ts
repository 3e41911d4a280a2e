import type { Observation } from './types.ts'

/** How one API is read from a stream. `data` is an event's data, or a line, decoded as Latin-1. */
export interface StreamProtocol {
  read(observation: Observation, data: string, event: string, at: number): void
  /** Called once at the end of the body, for what need not be read earlier. */
  finish(observation: Observation): void
}

/** How a body is framed: server-sent events, JSON lines, or one value. */
export type Framing = 'sse' | 'ndjson' | 'body'
