import { HeldEvents } from './held_events.ts'
import { newObservation } from './observation.ts'
import { SseEvents } from './sse_events.ts'
import type { StreamProtocol } from './stream_protocol.ts'
import type { Observation, ResponseReader } from './types.ts'
import type { UsageStripper } from './usage_strip.ts'

/** Reads server-sent events; with a stripper, removes what only the gateway requested. */
export class SseReader implements ResponseReader {
  readonly rewrites: boolean
  readonly observation: Observation = { ...newObservation(), streamed: true }
  private readonly events: SseEvents
  private readonly held = new HeldEvents()
  private readonly protocol: StreamProtocol
  private readonly stripper: UsageStripper | null
  private at = 0

  constructor(protocol: StreamProtocol, stripper: UsageStripper | null) {
    this.protocol = protocol
    this.stripper = stripper
    this.rewrites = stripper !== null
    this.events = new SseEvents(this.onEvent, stripper ? (end) => this.held.decide(end, 'keep') : undefined)
  }

  push(bytes: Buffer, at: number): Buffer | null {
    this.at = at
    if (!this.stripper) {
      this.events.feed(bytes.toString('latin1'))
      return bytes
    }
    this.held.begin(bytes)
    this.events.feed(bytes.toString('latin1'))
    return this.held.take()
  }

  end(): { rest: Buffer | null; observation: Observation } {
    this.held.begin(Buffer.alloc(0))
    this.events.flush()
    this.held.decide(0, 'keep')
    this.protocol.finish(this.observation)
    return { rest: this.held.take(), observation: this.observation }
  }

  takeHeld(): Buffer {
    return this.held.takeAll()
  }

  private readonly onEvent = (data: string, name: string, end: number): void => {
    if (data !== '') this.protocol.read(this.observation, data, name, this.at)
    if (this.stripper) this.strip(this.stripper, data, end)
  }

  private strip(stripper: UsageStripper, data: string, end: number): void {
    const action = data === '' ? 'keep' : stripper.classify(data)
    if (action !== 'edit') this.held.decide(end, action)
    else this.held.decide(end, (piece) => Buffer.from(stripper.edit(piece.toString('latin1')), 'latin1'))
  }
}
