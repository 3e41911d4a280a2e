import { writeFileSync } from 'node:fs'

/**
 * Writes a language model with random weights as a GGUF file, so that a real engine has something to run: llama architecture, F32,
 * a SentencePiece vocabulary of bytes and made-up words. What it says means nothing; how fast it says it is real.
 *
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (version 3), read 2026-11-30; the tensors and keys are those of
 * llama.cpp's `LLM_ARCH_LLAMA`.
 */
export interface ModelShape {
  layers: number
  width: number
  heads: number
  feed_forward: number
  context: number
  words: number
}

interface Tensor {
  name: string
  /** Innermost dimension first, as GGUF has it. */
  shape: number[]
  values: Float32Array
}

const ALIGNMENT = 32
const F32 = 0
const VERSION = 3
const CONTROL = ['<unk>', '<s>', '</s>'] as const
const TOKEN_TYPE = { normal: 1, unknown: 2, control: 3, byte: 6 } as const

export function writeRandomGguf(path: string, shape: ModelShape, seed = 1): void {
  const vocabulary = makeVocabulary(shape.words)
  const tensors = makeTensors(shape, vocabulary.tokens.length, randomNumbers(seed))
  writeFileSync(path, Buffer.concat([header(shape, vocabulary, tensors), ...tensors.flatMap(data)]))
}

interface Vocabulary {
  tokens: string[]
  scores: number[]
  types: number[]
}

function makeVocabulary(words: number): Vocabulary {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
  const normal = Array.from({ length: words }, (_, i) => `▁w${i.toString(36)}`)
  return {
    tokens: [...CONTROL, ...bytes, ...normal],
    scores: [...CONTROL, ...bytes, ...normal].map((_, i) => -i),
    types: [
      ...[TOKEN_TYPE.unknown, TOKEN_TYPE.control, TOKEN_TYPE.control],
      ...bytes.map(() => TOKEN_TYPE.byte),
      ...normal.map(() => TOKEN_TYPE.normal),
    ],
  }
}

function makeTensors({ layers, width, feed_forward }: ModelShape, vocabulary: number, random: () => number): Tensor[] {
  const matrix = (name: string, columns: number, rows: number): Tensor => ({
    name: `${name}.weight`,
    shape: [columns, rows],
    values: Float32Array.from({ length: columns * rows }, () => random() / Math.sqrt(columns)),
  })
  const norm = (name: string): Tensor => ({
    name: `${name}.weight`,
    shape: [width],
    values: new Float32Array(width).fill(1),
  })
  const blocks = Array.from({ length: layers }, (_, i) => `blk.${i}`).flatMap((block) => [
    norm(`${block}.attn_norm`),
    ...['q', 'k', 'v', 'output'].map((part) => matrix(`${block}.attn_${part}`, width, width)),
    norm(`${block}.ffn_norm`),
    matrix(`${block}.ffn_gate`, width, feed_forward),
    matrix(`${block}.ffn_up`, width, feed_forward),
    matrix(`${block}.ffn_down`, feed_forward, width),
  ])
  return [
    matrix('token_embd', width, vocabulary),
    norm('output_norm'),
    wordsOnly(matrix('output', width, vocabulary)),
    ...blocks,
  ]
}

/** Control tokens and bytes have the logit 0: the most likely token is always a word, and an answer is as long as was asked for. */
function wordsOnly(output: Tensor): Tensor {
  output.values.fill(0, 0, output.shape[0]! * (CONTROL.length + 256))
  return output
}

function header(shape: ModelShape, vocabulary: Vocabulary, tensors: Tensor[]): Buffer {
  const entries = metadata(shape, vocabulary)
  const parts = [Buffer.from('GGUF'), u32(VERSION), u64(tensors.length), u64(entries.length), ...entries]
  let offset = 0
  for (const tensor of tensors) {
    parts.push(text(tensor.name), u32(tensor.shape.length), ...tensor.shape.map(u64), u32(F32), u64(offset))
    offset += aligned(tensor.values.byteLength)
  }
  return padded(Buffer.concat(parts))
}

function metadata({ layers, width, heads, feed_forward, context }: ModelShape, vocabulary: Vocabulary): Buffer[] {
  return [
    string('general.architecture', 'llama'),
    string('general.name', 'random words'),
    number('llama.context_length', context),
    number('llama.embedding_length', width),
    number('llama.block_count', layers),
    number('llama.feed_forward_length', feed_forward),
    number('llama.attention.head_count', heads),
    number('llama.rope.dimension_count', width / heads),
    pair('llama.attention.layer_norm_rms_epsilon', 6, f32(1e-5)),
    string('tokenizer.ggml.model', 'llama'),
    list('tokenizer.ggml.tokens', 8, vocabulary.tokens.map(text)),
    list('tokenizer.ggml.scores', 6, vocabulary.scores.map(f32)),
    list('tokenizer.ggml.token_type', 5, vocabulary.types.map(u32)),
    number('tokenizer.ggml.unknown_token_id', 0),
    number('tokenizer.ggml.bos_token_id', 1),
    number('tokenizer.ggml.eos_token_id', 2),
  ]
}

const string = (key: string, value: string) => pair(key, 8, text(value))
const number = (key: string, value: number) => pair(key, 4, u32(value))

function pair(key: string, type: number, value: Buffer): Buffer {
  return Buffer.concat([text(key), u32(type), value])
}

function list(key: string, type: number, values: Buffer[]): Buffer {
  return pair(key, 9, Buffer.concat([u32(type), u64(values.length), ...values]))
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([u64(bytes.length), bytes])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}

function data({ values }: Tensor): Buffer {
  return padded(Buffer.from(values.buffer, values.byteOffset, values.byteLength))
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(aligned(bytes.length) - bytes.length)])
}

const aligned = (length: number) => Math.ceil(length / ALIGNMENT) * ALIGNMENT

/** Uniform in [-1, 1), the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2_147_483_648 - 1
  }
}
