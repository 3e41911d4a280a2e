import { isInstalled } from '../install.ts'

type Token = number

/** What is used of the package node-llama-cpp, which only the package.json of this folder names. */
interface Sequence {
  clearHistory(): Promise<void>
  evaluate(tokens: Token[], options: { temperature: number }): AsyncIterable<Token>
}
interface Model {
  tokenize(text: string): Token[]
  detokenize(tokens: Token[], specialTokens: boolean, lastTokens: Token[]): string
  createContext(options: {
    sequences: number
    contextSize: number
    threads: number
  }): Promise<{ getSequence(): Sequence }>
}
interface NodeLlamaCpp {
  getLlama(options: { gpu: false; build: 'never'; logLevel: 'error' }): Promise<{
    llamaCppRelease: { release: string }
    loadModel(options: { modelPath: string }): Promise<Model>
  }>
}

/** What the engine's own clock says of one answer, counted as DESIGN counts it. Times in ms since the request was read. */
export interface EngineRecord {
  tokens_in: number
  tokens_out: number
  first_token_ms: number
  decode_time_ms: number
  /** When the request was read, and each token was there, in ms since 1970. */
  arrived_at: number
  token_at: number[]
}

export interface Engine {
  /** Release of llama.cpp, for example `b9842`. */
  release: string
  /**
   * Generates exactly `limit` tokens, greedily, and calls `onText` for each as it comes; fewer if it returns false. A request beyond the
   * sequences of the engine waits for one.
   */
  generate(prompt: string, limit: number, onText: (text: string) => boolean): Promise<EngineRecord>
}

/** Loads a GGUF file into llama.cpp on the CPU, with so many sequences that it decodes in one batch. */
export async function loadEngine(modelPath: string, sequences: number): Promise<Engine> {
  if (!isInstalled())
    throw new Error('tests/real_engine: expected llama.cpp, found none. Fix: npm test -- --only engine')
  const name = 'node-llama-cpp'
  const { getLlama } = (await import(name)) as NodeLlamaCpp
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error' })
  const model = await llama.loadModel({ modelPath })
  const context = await model.createContext({ sequences, contextSize: 1024, threads: 1 })
  const idle = new Pool(Array.from({ length: sequences }, () => context.getSequence()))
  return {
    release: llama.llamaCppRelease.release,
    generate: (prompt, limit, onText) => generate(model, idle, prompt, limit, onText),
  }
}

/** The sequences that are not in use, and who waits for one. */
class Pool {
  readonly #idle: Sequence[]
  readonly #waiting: ((sequence: Sequence) => void)[] = []

  constructor(idle: Sequence[]) {
    this.#idle = idle
  }

  acquire(): Promise<Sequence> {
    const sequence = this.#idle.pop()
    return sequence ? Promise.resolve(sequence) : new Promise((resolve) => this.#waiting.push(resolve))
  }

  release(sequence: Sequence): void {
    const next = this.#waiting.shift()
    if (next) next(sequence)
    else this.#idle.push(sequence)
  }
}

async function generate(
  model: Model,
  idle: Pool,
  prompt: string,
  limit: number,
  onText: (text: string) => boolean,
): Promise<EngineRecord> {
  const start = performance.now()
  const sequence = await idle.acquire()
  try {
    await sequence.clearHistory()
    const tokens = model.tokenize(prompt)
    const seen: { times: number[]; last: Token[] } = { times: [], last: [] }
    for await (const token of sequence.evaluate(tokens, { temperature: 0 })) {
      seen.times.push(performance.now() - start)
      const isWanted = onText(model.detokenize([token], false, seen.last))
      seen.last = [token]
      if (seen.times.length === limit || !isWanted) break
    }
    return toRecord(tokens.length, start, seen.times)
  } finally {
    idle.release(sequence)
  }
}

function toRecord(tokens_in: number, start: number, times: number[]): EngineRecord {
  const [first, last] = [times[0]!, times.at(-1)!]
  const arrived_at = performance.timeOrigin + start
  const token_at = times.map((time) => arrived_at + time)
  const tokens_out = times.length
  return { tokens_in, tokens_out, first_token_ms: first, decode_time_ms: last - first, arrived_at, token_at }
}
