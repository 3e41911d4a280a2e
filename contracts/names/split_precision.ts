/** A name without what says the precision of its weights. */
export interface PrecisionSplit {
  /** The name of the model. */
  base: string
  /** The words that say the precision, in the order they stand in; empty if there are none. */
  units: string[]
}

/** Weight formats of llama.cpp, ik_llama.cpp and MLC. */
const FILE_FORMATS = [
  'IQ[1-6]_(?:XXS|XS|S|M|L|XL|NL|K[STL]?S?)(?:_R[48]|_XL)?',
  'Q[1-8]_K(?:_(?:XXS|XS|S|M|L|XL|XXL|P))?(?:_R[48])?',
  'Q[1-8]_[0-9](?:_[0-9]+){0,2}',
  'Q[1-8]F(?:16|32)(?:_[0-9])?',
  'TQ[12]_0',
  'MXFP4_MOE',
]
const NUMBER_FORMATS = [
  'B?F(?:P|LOAT)?16',
  'F(?:P|LOAT)?32',
  'FP8(?:_E[45]M[23])?',
  'MXFP[468]',
  'NVFP4',
  'FP[46]',
  'NF4',
  'U?INT[2-8]',
  '[2-8][-_ ]?BITS?',
  'W[1-8]A(?:FP)?(?:8|16)',
  'Q[2-8]',
  '[1-9](?:\\.[0-9]{1,3})?[-_ ]?BPW',
]
const METHODS = 'AWQ GPTQ AUTO[-_]?ROUND BNB EXL[23] HQQ EETQ AQLM QUIP MARLIN TORCHAO DWQ QAT'.split(' ')
/** In what form the weights are kept, whatever their precision. */
const CONTAINERS = 'GGUF MLX IMATRIX IMAT ONNX OV OPENVINO SAFETENSORS QUANTIZED DYNAMIC MTP'.split(' ')
/** More on the words after which they stand: `FP8-static`, `NVFP4-Fast`. */
const DETAILS_AFTER =
  'DYNAMIC STATIC BLOCK KV[0-9]* FAST PTPC SYM ASYM MUL1 MCG CT PTQ QAD PV [0-9]X(?:8|16) PREVIEW H[68] V[0-9] G(?:S|ROUP[-_]?SIZE)?[-_]?(?:32|64|128) (?:32|64|128)G V100 A100 H100 AMPERE HOPPER BLACKWELL'.split(
    ' ',
  )
/** More on the words before which they stand: `UD-Q4_K_XL`, `i1-Q4_K_M`. */
const DETAILS_BEFORE = ['UD', 'I1', 'MIXED', 'DYNAMIC', 'UNSLOTH']

const PRECISIONS = [...FILE_FORMATS, ...NUMBER_FORMATS, ...METHODS]
const PRECISION = wholeWord(PRECISIONS)
const CONTAINER = wholeWord(CONTAINERS)
const DETAIL_BEFORE = wholeWord(DETAILS_BEFORE)
const FILE_FORMAT = wholeWord([...FILE_FORMATS, 'B?F16', 'F32', 'Q[2-8]'])
const LAST_UNIT = new RegExp(
  `^(.*?)(?:^|[-_. ]+)[[(]?(${[...PRECISIONS, ...CONTAINERS, ...DETAILS_AFTER, ...DETAILS_BEFORE].join('|')})[\\])]?$`,
  'i',
)

/**
 * Splits a name without its extension into model and precision by the naming conventions of GGUF files, of repositories on the
 * Hugging Face hub and of Ollama's tags: off goes the longest run of known words at its end that begins with a precision, a detail of
 * one, or the form in which the weights are kept.
 */
export function splitPrecision(name: string): PrecisionSplit {
  const units: string[] = []
  let rest = name
  let base = name
  let counted = 0
  for (let match = LAST_UNIT.exec(rest); match !== null && rest !== ''; match = LAST_UNIT.exec(rest)) {
    const [, before = '', unit = ''] = match
    units.unshift(unit)
    rest = before
    const goesOff =
      PRECISION.test(unit) ||
      (units.length === counted + 1 && (CONTAINER.test(unit) || (DETAIL_BEFORE.test(unit) && units.some(isPrecision))))
    if (!goesOff) continue
    base = before
    counted = units.length
  }
  return { base, units: units.slice(units.length - counted) }
}

/** The word names a precision by itself. */
export function isPrecision(unit: string): boolean {
  return PRECISION.test(unit)
}

/** The word only says in what form the weights are kept. */
export function isContainer(unit: string): boolean {
  return CONTAINER.test(unit)
}

/** The word is a weight format of llama.cpp, which the label keeps as it is. */
export function isFileFormat(unit: string): boolean {
  return FILE_FORMAT.test(unit)
}

function wholeWord(words: readonly string[]): RegExp {
  return new RegExp(`^(?:${words.join('|')})$`, 'i')
}
