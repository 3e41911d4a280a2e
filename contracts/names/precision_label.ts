import { isContainer, isFileFormat, isPrecision } from './split_precision.ts'

/** Longest label that the contract takes. */
const MOST_LETTERS = 32

/** Methods that keep 4 bits a weight unless their name says otherwise. */
const FOUR_BIT_METHODS = new Set(['awq', 'gptq'])
const METHOD = /^(?:awq|gptq|autoround|bnb|hqq|eetq|aqlm|quip|torchao|dwq|qat|exl[23])$/
const WIDTH = /^(?:u?int([2-8])|([2-8])bit|w([1-8])a16)$/

/**
 * The label of a precision from the words of a name: `['UD', 'q4_k_xl']` is `UD-Q4_K_XL`, `['AWQ', '4bit']` and `['AWQ']` are
 * `awq-int4`. Null if the words name none. What the words tell apart stays apart: `FP8-dynamic` is not `fp8`.
 *
 * @param mlx whether a bare `4bit` is MLX's, as far as the surroundings tell
 */
export function precisionLabel(units: readonly string[], mlx = false): string | null {
  if (!units.some(isPrecision)) return null
  const format = units.find(isFileFormat)
  const label = format === undefined ? labelOfMethod(units, mlx) : labelOfFile(units, format)
  return label.slice(0, MOST_LETTERS)
}

/** As the tools of llama.cpp write it, details first. */
function labelOfFile(units: readonly string[], format: string): string {
  const others = units.filter((unit) => unit !== format && !isContainer(unit))
  const before = others.filter((unit) => /^(?:UD|I1|QAT|MIXED)$/i.test(unit)).map(spellDetail)
  const after = others.filter((unit) => !/^(?:UD|I1|QAT|MIXED)$/i.test(unit)).map((unit) => unit.toLowerCase())
  return [...before, format.toUpperCase(), ...after].join('-')
}

function spellDetail(unit: string): string {
  return unit.toLowerCase() === 'i1' ? 'i1' : unit.toUpperCase()
}

/** Method, then width, then the rest: `int4-AutoRound` and `autoround-4bit` are one. */
function labelOfMethod(units: readonly string[], mlx: boolean): string {
  const words = units.map(simplify)
  const isMlx = mlx || words.includes('mlx')
  const said = words.filter((word) => !isContainer(word) || (word === 'dynamic' && words.length > 1))
  const methods = said.filter((word) => METHOD.test(word))
  const widths = said.filter((word) => WIDTH.test(word))
  const rest = said.filter((word) => !METHOD.test(word) && !WIDTH.test(word))
  if (methods.length === 0) {
    const bits = isMlx && rest.length === 0 ? widths.map(bitsOfWidth).map((width) => `mlx-${width}bit`) : widths
    return [...rest.filter(isPrecision), ...bits, ...rest.filter((word) => !isPrecision(word))].join('-')
  }
  return [...methods, ...widthOfMethod(methods, widths), ...rest.filter((word) => word !== 'marlin')].join('-')
}

function widthOfMethod(methods: string[], widths: string[]): string[] {
  const unit = methods.includes('bnb') ? (bits: string) => `${bits}bit` : (bits: string) => `int${bits}`
  if (widths.length > 0) return [unit(bitsOfWidth(widths[0]!))]
  return methods.some((method) => FOUR_BIT_METHODS.has(method)) ? ['int4'] : []
}

function bitsOfWidth(width: string): string {
  const [, int, bit, weight] = WIDTH.exec(width)!
  return (int ?? bit ?? weight)!
}

/** `Auto-Round` → `autoround`, `4-bits` → `4bit`, `4bpw` → `4.0bpw`, `BFloat16` → `bf16`. */
function simplify(unit: string): string {
  return unit
    .toLowerCase()
    .replace(/^auto[-_]?round$/, 'autoround')
    .replace(/^([2-8])[-_ ]?bits?$/, '$1bit')
    .replace(/^([1-9])[-_ ]?bpw$/, '$1.0bpw')
    .replace(/[-_ ]bpw$/, 'bpw')
    .replace(/^(b?)f(?:p|loat)?(16|32)$/, (_, b: string, width: string) => (b ? `bf${width}` : `fp${width}`))
    .replace(/^g(?:s|roup[-_]?size)?[-_]?(32|64|128)$|^(32|64|128)g$/, (_, a?: string, b?: string) => `g${a ?? b}`)
}

/**
 * Bits per weight that a label states itself, for labels that the catalogue does not list: the width of the numbers, which scales
 * make larger by up to a half bit. Null where it does not say.
 */
export function bitsOfLabel(label: string): number | null {
  const exact = /([1-9](?:\.[0-9]+)?)bpw/i.exec(label)?.[1]
  if (exact !== undefined) return Number(exact)
  const width =
    /(?:^|-)(?:u?int|fp|mxfp|nvfp|nf|bf|w|q|iq|tq)([1-9]|16|32)(?:[-_]|a8|a16|afp8|$)|(?:^|-)([2-8])bit/i.exec(label)
  return width === null ? null : Number(width[1] ?? width[2])
}
