import type { Quantization } from '../catalog.ts'
import { fold } from './fold.ts'
import { bitsOfLabel, precisionLabel } from './precision_label.ts'
import { splitPrecision } from './split_precision.ts'

export type NamedQuantization = Pick<Quantization, 'id' | 'aliases' | 'bits_per_weight'>

export interface Precision {
  /** Label of the catalogue, or one in the form of the naming conventions. */
  id: string
  bits_per_weight: number | null
}

/** What engines report in the place of a precision: the name of a method or loader that takes several. */
const SAYS_NOTHING = new Set([
  'unknown',
  'none',
  'auto',
  'bitsandbytes',
  'gguf',
  'mlx',
  'quantized',
  'compressed-tensors',
  'modelopt',
  'quark',
  'torchao',
])

/** Many methods keep that many bits. */
const BARE_WIDTH = /^[2-8]bit$/

/** Finds weight formats by their labels. */
export class PrecisionIndex {
  readonly #byName = new Map<string, NamedQuantization>()

  constructor(quantizations: readonly NamedQuantization[]) {
    for (const entry of quantizations) {
      for (const name of [entry.id, ...entry.aliases]) this.#byName.set(fold(name), entry)
    }
  }

  names(): string[] {
    return [...this.#byName.keys()]
  }

  /** The precision of a label as reported; null if it says none, undefined if it cannot be understood. */
  ofLabel(label: string, mlx: boolean): Precision | null | undefined {
    if (SAYS_NOTHING.has(fold(label))) return null
    const known = this.#byName.get(fold(label))
    if (known !== undefined) return known
    const { base, units } = splitPrecision(label)
    return base === '' ? this.ofUnits(units, mlx) : undefined
  }

  /**
   * The precision that the words of a name say; null if they say none.
   *
   * @param mlx whether a bare `4bit` is MLX's
   */
  ofUnits(units: readonly string[], mlx: boolean): Precision | null {
    const label = precisionLabel(units, mlx)
    if (label === null) return null
    const known = BARE_WIDTH.test(label)
      ? undefined
      : (this.#byName.get(fold(units.join('-'))) ?? this.#byName.get(fold(label)))
    return known ?? { id: label, bits_per_weight: this.#bitsOf(label) }
  }

  /** A dynamic or imatrix format has about the size of the plain one. */
  #bitsOf(label: string): number | null {
    const plain = this.#byName.get(fold(label.replace(/^(?:UD|i1|QAT)-/, '')))
    return plain?.bits_per_weight ?? bitsOfLabel(label)
  }
}
