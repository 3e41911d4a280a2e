import type { Quantization } from '../../contracts/index.ts'
import { distinctAliases } from './aliases.ts'
import type { RawQuantization } from './facts.ts'

/** Canonical ids for labels with more than one spelling; GGUF labels keep the spelling of llama.cpp. */
const CANONICAL_IDS: Record<string, string> = {
  F16: 'fp16',
  BF16: 'bf16',
  FP8: 'fp8',
  INT8: 'int8',
  MXFP4: 'mxfp4',
  'MXFP4-Q4': 'mxfp4-q4',
  MXFP8: 'mxfp8',
  NVFP4: 'nvfp4',
  AWQ: 'awq-int4',
  GPTQ: 'gptq-int4',
  'MLX-4bit': 'mlx-4bit',
}

/** Labels that are not a weight format: tags that do not state one, and a label that is replaced below. */
const NOT_A_FORMAT = new Set(['ollama-mlx', 'ollama-default', 'Q3_K - Medium'])

/** Aliases that are other formats, or that name the whole line of a table rather than the weights. */
const NOT_AN_ALIAS = /^[.-]|=|^\dFP8$|^IQ4_NL$|^AutoRound/i

/** Spellings of llama-bench and of Hugging Face repositories that are not in the gathered facts. */
const MORE_ALIASES: Record<string, string[]> = {
  Q2_K: ['Q2_K - Medium'],
  Q3_K_S: ['Q3_K - Small'],
  Q3_K_L: ['Q3_K - Large'],
  Q4_K_S: ['Q4_K - Small'],
  Q5_K_S: ['Q5_K - Small'],
  Q5_K_M: ['Q5_K - Medium'],
  'awq-int4': ['AWQ'],
  'gptq-int4': ['GPTQ'],
  'mlx-4bit': ['MLX-4bit'],
}

const LLAMA_CPP = 'ggml-org/llama.cpp@311c2c9f tools/quantize/README.md (Llama-3.1-8B, whole file)'
const llamaCpp = (id: string, bits: number): Quantization => ({
  id,
  bits_per_weight: bits,
  aliases: [],
  source: LLAMA_CPP,
})

/** Formats that are not in the gathered facts, or are merged with another format there. */
const MORE_FORMATS: readonly Quantization[] = [
  llamaCpp('IQ1_M', 2.146),
  llamaCpp('IQ2_S', 2.7403),
  llamaCpp('IQ2_XS', 2.5882),
  llamaCpp('IQ2_XXS', 2.3824),
  llamaCpp('IQ3_S', 3.6606),
  llamaCpp('IQ3_XS', 3.4977),
  llamaCpp('IQ3_XXS', 3.2548),
  llamaCpp('IQ4_NL', 4.6818),
  llamaCpp('Q2_K_S', 2.9697),
  {
    id: 'Q3_K_M',
    bits_per_weight: 4,
    aliases: ['Q3_K - Medium'],
    source: 'Rounded; lies between Q3_K_S (3.64) and Q3_K_L (4.30) of the llama.cpp quantize table.',
    note: 'llama-bench prints "Q3_K - Medium" also for a UD-Q3_K_XL file (3.54).',
  },
]

/** Converts the gathered weight formats to catalogue entries, sorted by id. */
export function convertQuantizations(raw: readonly RawQuantization[]): Quantization[] {
  const entries = raw.filter((entry) => !NOT_A_FORMAT.has(entry.label)).map(convertQuantization)
  return [...entries, ...MORE_FORMATS].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function convertQuantization(raw: RawQuantization): Quantization {
  const id = CANONICAL_IDS[raw.label] ?? raw.label
  const aliases = [raw.label, ...(raw.aliases ?? []), ...(MORE_ALIASES[id] ?? [])]
  return {
    id,
    bits_per_weight: raw.bits_per_weight,
    aliases: distinctAliases(
      aliases.filter((alias) => !NOT_AN_ALIAS.test(alias)),
      [id],
    ),
    source: raw.source,
    ...(raw.note === undefined ? {} : { note: raw.note }),
  }
}
