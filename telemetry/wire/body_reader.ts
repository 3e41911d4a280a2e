import { readMetaInfo, readMetrics, readOllamaCounts, readTimings, readUsage } from './engine_counts.ts'
import { errorCodeOf } from './error_code.ts'
import { countTokenIds } from './generate_events.ts'
import { MemberScan } from './member_scan.ts'
import { asObject, asTokens, newObservation } from './observation.ts'
import { readTgiDetails } from './tgi_events.ts'
import { type Observation, PROMPT_ONLY_APIS, type ResponseHead, type ResponseReader, type TaskApi } from './types.ts'

/** Bodies up to this size are parsed; in larger ones (embeddings, log-probabilities) the counts are searched for. In bytes. */
const MAX_WHOLE_BYTES = 262_144

/** The members that hold counts and times, in any API. */
const COUNT_KEYS = ['usage', 'timings', 'metrics']
const OLLAMA_KEYS = [
  'prompt_eval_count',
  'eval_count',
  'total_duration',
  'eval_duration',
  'load_duration',
  'remote_host',
]
const SGLANG_KEYS = ['prompt_tokens', 'completion_tokens', 'cached_tokens']

/** Reads a response that is not streamed; never changes it. Its first and last token arrive with its last byte. */
export class BodyReader implements ResponseReader {
  readonly rewrites = false
  readonly observation: Observation = newObservation()
  private readonly api: TaskApi
  private readonly head: ResponseHead
  private readonly engine: string
  private chunks: Buffer[] = []
  private bytes = 0
  private scan: MemberScan | null = null
  private end_byte = 0
  private at: number | null = null

  constructor(api: TaskApi, head: ResponseHead, engine: string) {
    this.api = api
    this.head = head
    this.engine = engine
  }

  push(bytes: Buffer, at: number): Buffer {
    this.at = at
    this.bytes += bytes.length
    this.end_byte = bytes.findLast((byte) => byte > 32) ?? this.end_byte
    if (this.scan) this.scan.feed(bytes.toString('latin1'))
    else this.chunks.push(bytes)
    if (!this.scan && this.bytes > MAX_WHOLE_BYTES) this.startScan()
    return bytes
  }

  end(): { rest: null; observation: Observation } {
    this.observation.ends_with_body = PROMPT_ONLY_APIS.has(this.api)
    if (this.head.status >= 400) this.readFailure()
    else if (this.scan) this.readScan(this.scan)
    else this.readWhole(Buffer.concat(this.chunks).toString('latin1'))
    return { rest: null, observation: this.observation }
  }

  private startScan(): void {
    const native = this.api.startsWith('ollama.') ? OLLAMA_KEYS : this.engine === 'sglang' ? SGLANG_KEYS : []
    this.scan = new MemberScan([...COUNT_KEYS, ...native])
    this.scan.feed(Buffer.concat(this.chunks).toString('latin1'))
    this.chunks = []
  }

  private readFailure(): void {
    const body = this.scan ? {} : asObject(parseJson(Buffer.concat(this.chunks).toString('latin1')))
    this.observation.error_code = errorCodeOf(body, this.head.status)
  }

  private readScan(scan: MemberScan): void {
    const isWhole = this.end_byte === 125 || this.end_byte === 93
    if (!isWhole) return
    this.markComplete()
    const body = scan.values()
    this.readCounts(this.engine === 'sglang' && body.usage === undefined ? { meta_info: body } : body)
  }

  /** An engine answers several prompts with an array (llama.cpp, SGLang): their tokens add up. */
  private readWhole(text: string): void {
    const parsed = parseJson(text)
    if (typeof parsed !== 'object' || parsed === null) return
    const bodies = Array.isArray(parsed) ? parsed.map(asObject) : [asObject(parsed)]
    const failed = bodies.find(isFailure)
    if (failed) {
      this.observation.error_code = errorCodeOf(failed, this.head.status)
      return
    }
    this.markComplete()
    if (bodies.length === 1) this.readCounts(bodies[0]!)
    else this.addCounts(bodies)
  }

  private markComplete(): void {
    const { observation } = this
    observation.first_token_at = this.at
    observation.last_token_at = this.at
    observation.pieces = 1
    observation.complete = true
  }

  private addCounts(bodies: Record<string, unknown>[]): void {
    for (const key of ['tokens_in', 'tokens_out', 'tokens_in_cached'] as const) {
      const counts = bodies
        .map((body) => this.readCounts(body, newObservation())[key])
        .filter((count) => count !== null)
      this.observation[key] = counts.length > 0 ? counts.reduce((sum, count) => sum + count, 0) : null
    }
  }

  private readCounts(body: Record<string, unknown>, observation = this.observation): Observation {
    const { api, engine } = this
    if (api.startsWith('ollama.')) readOllamaCounts(observation, body)
    else if (api === 'native.generate' && engine === 'tgi') this.readTgi(body, observation)
    else if (api === 'native.generate' && engine === 'vllm') observation.tokens_out = countTokenIds(body) || null
    else readOpenAi(observation, body)
    return observation
  }

  /** TGI reports its counts in headers, and in `details` if the client requested them. */
  private readTgi(body: Record<string, unknown>, observation: Observation): void {
    const header = (name: string) => asTokens(Number(this.head.header?.(name) ?? Number.NaN))
    observation.tokens_in = header('x-prompt-tokens')
    observation.tokens_out = header('x-generated-tokens')
    readTgiDetails(observation, asObject(body.details))
  }
}

/** OpenAI's APIs and what resembles them: counts in `usage`, in SGLang's own API in `meta_info`; times of llama.cpp and vLLM. */
function readOpenAi(observation: Observation, body: Record<string, unknown>): void {
  const usage = asObject(body.usage)
  readUsage(observation, usage)
  // A reranker may tell only the sum, which is its prompts'.
  observation.tokens_in ??= asTokens(usage.total_tokens)
  if (body.meta_info) readMetaInfo(observation, asObject(body.meta_info))
  if (body.timings) readTimings(observation, asObject(body.timings))
  if (body.metrics) readMetrics(observation, asObject(body.metrics))
}

function isFailure(body: Record<string, unknown>): boolean {
  return (body.error !== undefined && body.error !== null) || body.object === 'error' || body.status === 'failed'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
