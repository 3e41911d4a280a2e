import { PATTERNS } from '../../contracts/index.ts'
import type { Catalogue } from './catalogue.ts'

/** A model as a row names it. */
export interface ResolvedModel {
  /** The catalogue's id if it has the name, else the name itself. */
  model_ref: string
  /** Canonical weight format if the name contains it. */
  quantization: string | null
  /** Whether the catalogue has the name. */
  known: boolean
}

/**
 * Resolves a raw model name: tries the name as it is, then without its folders (`/home/…/x.gguf` → `x.gguf`). A name that is not in
 * the catalogue is kept without its folders, so that the pipeline can list it; null if that is not a legal model_ref.
 */
export function resolveModel(catalogue: Catalogue, raw: string): ResolvedModel | null {
  const base = raw.split(/[/\\]/).at(-1) ?? raw
  const quantization = quantizationInName(catalogue, base)
  const model = catalogue.model(raw) ?? catalogue.model(base)
  if (model !== null) {
    return { model_ref: model.id, quantization: trueFormat(model.id, quantization), known: true }
  }
  const bare = base.replace(/\.gguf$/i, '')
  return new RegExp(PATTERNS.model_ref).test(bare) ? { model_ref: bare, quantization, known: false } : null
}

/**
 * The canonical weight format that a file name or tag ends in (`Qwen3-8B-Q4_K_M.gguf`, `qwen3.6:27b-mtp-q8_0`): the
 * longest ending after `-`, `.` or `:` that is in the catalogue; null if none is.
 */
export function quantizationInName(catalogue: Catalogue, name: string): string | null {
  // `-Fast` tells of the kernels, not of the weights.
  const stem = name.replace(/\.gguf$/i, '').replace(/-\d{5}-of-\d{5}$|-Fast$/, '')
  for (const { index } of stem.matchAll(/[-.:]/g)) {
    const format = catalogue.quantization(stem.slice(index + 1))
    if (format !== null) return format.id
  }
  return null
}

/** gpt-oss files labelled F16 hold MXFP4 experts: 4.5 to 5.3 bits per weight, measured on the files. */
function trueFormat(modelId: string, quantization: string | null): string | null {
  return modelId.startsWith('hf:openai/gpt-oss-') && quantization === 'fp16' ? 'mxfp4' : quantization
}
