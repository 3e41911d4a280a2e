import type { Observation } from './types.ts'

/** How one API speaks in a stream. `data` is the Latin-1 reading of an event's data or of a line. */
export interface StreamProtocol {
  read(observation: Observation, data: string, event: string, at: number): void
  /** Called once at the end of the body: what can wait until then is read then. */
  finish(observation: Observation): void
}
