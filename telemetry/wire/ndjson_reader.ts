import { LineSplitter } from './line_splitter.ts'
import { newObservation } from './observation.ts'
import type { StreamProtocol } from './stream_protocol.ts'
import type { Observation, ResponseReader } from './types.ts'

/** Reads a stream of JSON lines; never changes it. */
export class NdjsonReader implements ResponseReader {
  readonly rewrites = false
  readonly observation: Observation = { ...newObservation(), streamed: true }
  private readonly lines = new LineSplitter()
  private readonly protocol: StreamProtocol
  private at = 0

  constructor(protocol: StreamProtocol) {
    this.protocol = protocol
  }

  push(bytes: Buffer, at: number): Buffer {
    this.at = at
    this.lines.feed(bytes.toString('latin1'), this.onLine)
    return bytes
  }

  end(): { rest: null; observation: Observation } {
    this.lines.flush(this.onLine)
    this.protocol.finish(this.observation)
    return { rest: null, observation: this.observation }
  }

  private readonly onLine = (line: string): void => {
    if (line !== '' && line !== ':') this.protocol.read(this.observation, line, '', this.at)
  }
}
