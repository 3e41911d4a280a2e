import { nearestNames } from '../../contracts/candidates.ts'
import { describeImplausible } from '../../contracts/describe_implausible.ts'
import type { NameIndex, Resolved, Unknown } from '../../contracts/name_index.ts'
import { type Claim, claimOfLine, findImplausibleClaim, type ImplausibleClaim } from '../../contracts/plausibility.ts'
import { showName } from '../../contracts/show.ts'
import { type CompleteDraft, hintOf, type Missing, MissingFacts } from './complete_drafts.ts'
import type { Findings } from './findings.ts'
import type { Named } from './types.ts'

/** What the names of a draft mean to the catalogue. */
export interface Meaning {
  model: string
  /** Whether the catalogue knows the model; if not, it is a row under its own name. */
  listed: boolean
  quantization: string
  gpu: string
  gpu_count: number
  engine: string
  engine_version: string
}

export interface CheckedDraft {
  draft: CompleteDraft
  meaning: Meaning
}

const FACTS: Record<Unknown['what'], keyof Named> = {
  model: 'model_ref',
  gpu: 'gpu_name',
  engine: 'engine',
  quantization: 'quantization',
}

/**
 * Checks drafts as the pipeline does: every name is understood, every figure can be true. What cannot be understood is listed as missing,
 * with the nearest names; what cannot be true is left out.
 */
export function checkNames(
  drafts: readonly CompleteDraft[],
  names: NameIndex,
  findings: Findings,
): { checked: CheckedDraft[]; missing: Missing[] } {
  const missing = new MissingFacts()
  const resolve = remember((draft: CompleteDraft) => names.resolve(draft.facts))
  const checked = drafts.flatMap((draft): CheckedDraft[] => {
    const resolution = resolve(draft)
    if ('unknown' in resolution) {
      for (const unknown of resolution.unknown) {
        const key = FACTS[unknown.what]
        missing.add(key, draft, `${explainUnknown(unknown, names)}${hintOf(key, draft)}`)
      }
      return []
    }
    const { known } = resolution
    const untrue = findImplausibleClaim(claimOf(draft), known)
    if (untrue === null) return [{ draft, meaning: toMeaning(draft, known) }]
    if (untrue.reason === 'implausible_weights' && draft.facts.gpu_count === undefined)
      missing.add('gpu_count', draft, `weights of ${untrue.value} MB do not fit on one, which has ${untrue.limit} MB`)
    else findings.skip(draft.place, draft.units, explainUntrue(untrue))
    return []
  })
  return { checked, missing: missing.list() }
}

/** Drafts of one run share their facts: names are looked up once for them. */
function remember<V>(look: (draft: CompleteDraft) => V): (draft: CompleteDraft) => V {
  const known = new Map<string, V>()
  return (draft) => {
    const { model_ref, gpu_name, engine, quantization, vram_total_mb, gpu_count, weights_mb } = draft.facts
    const key = JSON.stringify([model_ref, gpu_name, engine, quantization, vram_total_mb, gpu_count, weights_mb])
    const value = known.get(key) ?? look(draft)
    known.set(key, value)
    return value
  }
}

const WHY: Record<Unknown['why'], string> = {
  unknown: 'is not in the catalogue, which has',
  generic: 'could be any',
  ambiguous: 'means several (the memory of the GPU tells some apart, --vram-total-mb)',
  part: 'is only a part of one',
  private: 'is withheld by its owner',
}

function explainUnknown(unknown: Unknown, names: NameIndex): string {
  const { name, why } = unknown
  const near = nearestNames(names, unknown)
  return `"${name}" ${WHY[why]}${near.length > 0 ? `: ${near.map(showName).join(', ')}` : ''}`
}

function claimOf({ facts, figures }: CompleteDraft): Claim {
  return claimOfLine({ vram_total_mb: null, vram_used_mb_peak: null, ...facts, ...figures, ts: null }, null)
}

function explainUntrue(claim: ImplausibleClaim): string {
  const { path, expected, found, fix } = describeImplausible(claim)
  return `cannot be true: ${path.replace('$.', '')}: expected ${expected}, found ${found}; ${fix}`
}

function toMeaning({ facts }: CompleteDraft, known: Resolved): Meaning {
  return {
    model: known.model.name,
    listed: known.listed,
    quantization: known.quantization,
    gpu: known.gpu.name,
    gpu_count: facts.gpu_count ?? 1,
    engine: known.engine,
    engine_version: facts.engine_version ?? 'unknown',
  }
}
