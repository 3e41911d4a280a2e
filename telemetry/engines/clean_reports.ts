import { matchForm, UNKNOWN } from '../sample/clean_labels.ts'

/** Words of versions: of releases, builds and platforms. */
const VERSION_WORDS =
  'rc|alpha|beta|a|b|c|dev|post|pre|preview|nightly|stable|release|hotfix|patch|git|cuda|cu|rocm|hip|cpu|gpu|xpu|tpu|hpu|gaudi|metal|vulkan|neuron|rtx|jetson|arm64|aarch64|amd64|x86|r|p|d|native'
const VERSION = new RegExp(
  `^[vb]?\\d+(?:\\.\\d+)*(?:[-.+_]?(?:${VERSION_WORDS})(?![a-z])[-.]?\\d*|[-.+_]\\d+|[-.+_]g?[0-9a-f]{3,40}(?![0-9a-z]))*`,
  'i',
)

/**
 * The version that an engine reports, as far as it reads like one: `0.11.0+g1a2b3c4.acme-internal` is `0.11.0+g1a2b3c4`, because who
 * builds an engine may write anything behind it. `unknown` if it does not begin like one.
 */
export function cleanReportedVersion(version: unknown): string {
  const [text] = (typeof version === 'string' && VERSION.exec(version.trim())) || []
  return matchForm('engine_version', text) ?? UNKNOWN
}

/** Words of weight formats: methods, parts of GGUF's names, and what is between them. */
const FORMAT_WORDS =
  'awq|gptq|gptqmodel|marlin|bitsandbytes|bnb|eetq|exl2|exl3|hqq|aqlm|quip|vptq|spqr|rtn|qoq|quark|torchao|ascend|modelopt|compressed|tensors|petit|auto|round|autoround|fbgemm|moe|deepspeedfp|deepspeed|gguf|ggml|mlx|ud|i1|k|s|m|l|xl|xs|xxs|nl|per|token|channel|tensor|group|block|dynamic|static|mixed|none|int|bit'
const FORMAT_WORD = new RegExp(
  `^(?:${FORMAT_WORDS}|(?:fp|bf|f|q|iq|tq|int|uint|nf|w|a|mx|mxfp|nvfp|mxint|g|wna|e)\\d{1,3}(?:[a-z]{1,3}\\d{0,3})?|\\d{1,3}(?:bit|b)?|e\\dm\\d|w\\da\\w{1,4})$`,
  'i',
)

/** The weight format that an engine reports, if it is made of the words of weight formats; else undefined. */
export function cleanReportedFormat(format: unknown): string | undefined {
  const text = matchForm('quantization', format)
  return text?.split(/[-_.+]/).every((word) => FORMAT_WORD.test(word)) ? text : undefined
}
