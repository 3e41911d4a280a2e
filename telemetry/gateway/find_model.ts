import { valueEnd } from '../wire/skim_object.ts'

/** The members that name the model, in any API. */
const MODEL_KEYS: ReadonlySet<string> = new Set(['model', 'model_ref'])
/** Longest model name, in bytes. */
const MAX_MODEL_BYTES = 1024
const KEY = /\s*[{,]\s*("(?:[^"\\]|\\.)*")\s*:\s*/y
const FORM_FIELD = /name="model"(?:\r\n[^\r\n]+)*\r\n\r\n([^\r\n]+)\r\n/

/**
 * The model that the beginning of a request body names, as a member of a JSON object or a field of a form. Empty if the body is
 * whole and names none; null if more of it is needed, or if it is neither.
 */
export function findModel(bytes: Buffer, whole: boolean): string | null {
  const text = bytes.toString('latin1')
  if (/^\s*--/.test(text)) return decodeName(FORM_FIELD.exec(text)?.[1]) ?? (whole ? '' : null)
  KEY.lastIndex = 0
  for (let key = KEY.exec(text); key !== null; key = KEY.exec(text)) {
    const start = KEY.lastIndex
    const end = valueEnd(text, start)
    if (end < 0 || (end === text.length && !whole)) return null
    if (MODEL_KEYS.has(key[1]!.slice(1, -1))) return readName(text.slice(start, end))
    KEY.lastIndex = end
  }
  return whole && /^\s*\{/.test(text) ? '' : null
}

function readName(json: string): string | null {
  if (json.length > MAX_MODEL_BYTES || !json.startsWith('"')) return null
  try {
    return decodeName(JSON.parse(json) as string)
  } catch {
    return null
  }
}

function decodeName(latin1: string | undefined): string | null {
  return latin1 === undefined || latin1.length > MAX_MODEL_BYTES ? null : Buffer.from(latin1, 'latin1').toString()
}
