import { PATTERNS } from '../../contracts/fields.ts'
import { baseName, modelRefOfGguf, modelRefOfName, quantizationOfGguf } from '../../contracts/names/model_ref.ts'

/** The value of a required label that is not known, or not in the form of the contract. */
export const UNKNOWN = 'unknown'

const GGUF_FILE = /\.gguf$/i

const FORMS = {
  model_ref: formOf('model_ref'),
  engine: formOf('engine'),
  engine_version: formOf('engine_version'),
  gpu_name: formOf('gpu_name'),
  quantization: formOf('quantization'),
  driver_version: formOf('driver_version'),
  error_code: formOf('error_code'),
  tenant_id: formOf('tenant_id'),
  job_id: formOf('job_id'),
}

/** A pattern and the text that matched it last: most samples of a host have the same engine, model and GPU. */
interface Form {
  pattern: RegExp
  last_match: string | undefined
}

function formOf(field: keyof typeof PATTERNS): Form {
  return { pattern: new RegExp(PATTERNS[field]), last_match: undefined }
}

/** The text if it has the form of the field, else undefined. */
export function matchForm(field: keyof typeof FORMS, text: unknown): string | undefined {
  const form = FORMS[field]
  if (typeof text !== 'string') return undefined
  if (text === form.last_match) return text
  if (!form.pattern.test(text)) return undefined
  form.last_match = text
  return text
}

/**
 * The model reference for the name in a request: a repository's name gets its `hf:`, a path loses its folders. A name with blanks,
 * or still not in the form of the contract, becomes `unknown` as a whole, because a client may have written anything there.
 */
export function cleanModelRef(name: unknown): string {
  if (typeof name !== 'string' || /\s/.test(name)) return UNKNOWN
  const plain = matchForm('model_ref', name)
  if (plain !== undefined && !GGUF_FILE.test(plain)) return plain
  if (GGUF_FILE.test(name)) return matchForm('model_ref', modelRefOfGguf(name)) ?? UNKNOWN
  return matchForm('model_ref', modelRefOfName(name)) ?? matchForm('model_ref', baseName(name)) ?? UNKNOWN
}

/** The quantisation as reported, else from the name of a GGUF file. */
export function cleanQuantization(reported: unknown, model: unknown): string | undefined {
  const known = matchForm('quantization', reported)
  if (known !== undefined || typeof model !== 'string' || !GGUF_FILE.test(model)) return known
  return matchForm('quantization', quantizationOfGguf(model))
}

/** An engine's name in lower case, else `unknown`. */
export function cleanEngine(name: unknown): string {
  return (typeof name === 'string' && matchForm('engine', name.trim().toLowerCase())) || UNKNOWN
}

/** The first word of an engine's version (`0.6.3 (release)` is `0.6.3`), else `unknown`. */
export function cleanEngineVersion(version: unknown): string {
  return (typeof version === 'string' && matchForm('engine_version', version.trim().split(/[\s,;(]/)[0])) || UNKNOWN
}
