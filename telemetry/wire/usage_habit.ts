import type { EngineIdentity } from '../engines/types.ts'
import type { Observation, ResponseReader, TaskRequest } from './types.ts'
import { supportsUsage } from './usage_request.ts'

/**
 * Engines that may be set to send usage in every stream, without telling so: vLLM with `--enable-force-include-usage` (in some versions in every
 * chunk), and NIM on it. SGLang tells it in `/server_info`; the others have no such setting.
 */
const UNTOLD = new Set(['vllm', 'nim'])

/**
 * Whether a server sends usage in streams unasked. If it does, the usage is the client's, and must not be stripped; if it does not, the gateway may
 * ask for it. Learnt from the first complete stream in which nobody asked: until then nobody does.
 */
export class UsageHabit {
  private server = ''
  private sends: boolean | null = null

  /** Whether the gateway may ask this server for usage. */
  mayAsk({ engine, engine_version, sends_usage }: EngineIdentity): boolean {
    if (!UNTOLD.has(engine)) return sends_usage !== true
    const server = `${engine} ${engine_version}`
    if (server !== this.server) this.sends = null
    this.server = server
    return this.sends === false
  }

  /** What was learnt no longer holds: another server may be behind the address. */
  forget(): void {
    this.sends = null
  }

  /** Lets a reader teach what it reads in a response; returns the reader. */
  watch(reader: ResponseReader, request: TaskRequest, engine: string): ResponseReader {
    if (!UNTOLD.has(engine) || !request.stream || request.asks_usage || !supportsUsage(engine, request.api))
      return reader
    const end = reader.end.bind(reader)
    reader.end = () => {
      const ended = end()
      this.learn(ended.observation)
      return ended
    }
    return reader
  }

  private learn({ streamed, complete, has_usage }: Observation): void {
    if (streamed && (complete || has_usage)) this.sends = has_usage
  }
}
