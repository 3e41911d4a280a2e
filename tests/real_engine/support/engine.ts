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
}

export interface Engine {
  /** Release of llama.cpp, for example `b9842`. */
  release: string
  /** Generates exactly `limit` tokens, greedily, and calls `onText` for each as it comes. */
  generate(prompt: string, limit: number, onText: (text: string) => void): Promise<EngineRecord>
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
  const idle = Array.from({ length: sequences }, () => context.getSequence())
  return {
    release: llama.llamaCppRelease.release,
    generate: (prompt, limit, onText) => generate(model, idle, prompt, limit, onText),
  }
}

async function generate(
  model: Model,
  idle: Sequence[],
  prompt: string,
  limit: number,
  onText: (text: string) => void,
): Promise<EngineRecord> {
  const start = performance.now()
  const sequence = idle.pop()
  if (!sequence) throw new Error('more requests than sequences')
  try {
    await sequence.clearHistory()
    const tokens = model.tokenize(prompt)
    const seen: { times: number[]; last: Token[] } = { times: [], last: [] }
    for await (const token of sequence.evaluate(tokens, { temperature: 0 })) {
      seen.times.push(performance.now() - start)
      onText(model.detokenize([token], false, seen.last))
      seen.last = [token]
      if (seen.times.length === limit) break
    }
    return toRecord(tokens.length, seen.times)
  } finally {
    idle.push(sequence)
  }
}

function toRecord(tokens_in: number, times: number[]): EngineRecord {
  const [first, last] = [times[0]!, times.at(-1)!]
  return { tokens_in, tokens_out: times.length, first_token_ms: first, decode_time_ms: last - first }
}
