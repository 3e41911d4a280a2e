import type { Draft, Facts, Identity, ImportOptions, Named, Place } from './types.ts'

/** The facts that every measurement needs. */
const REQUIRED = ['model_ref', 'gpu_name', 'engine', 'ts'] as const
type Required = (typeof REQUIRED)[number]

/** A draft to which no fact is missing. */
export type CompleteDraft = Draft & { facts: Facts & { [key in Required]: string } }

/** A fact that the files do not give, or not in a form that means anything. */
export interface Missing {
  option: keyof ImportOptions
  /** The option with what stands for its value, as it is to be typed. */
  flag: string
  /** What is asked for, in words. */
  what: string
  /** Why: what was found, and what could have been meant. */
  why: string
  places: Place[]
  /** Measurements that lack it. */
  units: number
  identities: Set<Identity>
}

/** The options by the facts that they give. */
export const OPTIONS: Record<keyof Named, { option: keyof ImportOptions; flag: string; what: string }> = {
  model_ref: { option: 'model', flag: '--model hf:org/repo', what: 'the model, as hf:org/repo or by its name' },
  gpu_name: { option: 'gpu', flag: '--gpu NAME', what: 'the GPU, as its driver names it' },
  engine: { option: 'engine', flag: '--engine NAME', what: 'the engine that served it, for example vllm or llama.cpp' },
  ts: { option: 'date', flag: '--date YYYY-MM-DD', what: 'the day of the run' },
  engine_version: { option: 'engineVersion', flag: '--engine-version V', what: 'the version of the engine' },
  gpu_count: { option: 'gpuCount', flag: '--gpu-count N', what: 'how many GPUs served a request' },
  vram_total_mb: { option: 'vramTotalMb', flag: '--vram-total-mb N', what: 'the memory of the GPUs together, in MB' },
  quantization: {
    option: 'quantization',
    flag: '--quantization Q',
    what: 'the precision of the weights, for example Q4_K_M',
  },
}

/** What the operator answers to the question for a missing fact. */
export interface Answer {
  missing: Missing
  value: string | number
}

/** Fills drafts from the options, which overrule the file; lists what is missing still. */
export function completeDrafts(
  drafts: readonly Draft[],
  options: ImportOptions,
): { complete: CompleteDraft[]; missing: Missing[] } {
  const overruling = factsOfOptions(options)
  const missing = new MissingFacts()
  const complete = drafts.flatMap((draft): CompleteDraft[] => {
    const facts = { ...draft.facts, ...overruling }
    const lacking = REQUIRED.filter((key) => facts[key] === undefined)
    for (const key of lacking) missing.add(key, draft)
    return lacking.length > 0 ? [] : [{ ...draft, facts } as CompleteDraft]
  })
  return { complete, missing: missing.list() }
}

/** Drafts with what was answered: an answer is for the drafts whose fact was asked for, and for no others. */
export function applyAnswers(drafts: readonly Draft[], answers: readonly Answer[]): Draft[] {
  return drafts.map((draft) => {
    const own = answers.filter(({ missing }) => missing.identities.has(draft.identity))
    const facts = own.map(({ missing, value }) => factsOfOptions({ [missing.option]: value }))
    return own.length === 0 ? draft : { ...draft, facts: Object.assign({}, draft.facts, ...facts) }
  })
}

/** Collects what drafts lack, one entry for each fact and reason. */
export class MissingFacts {
  readonly #byReason = new Map<string, Missing>()

  add(key: keyof Named, draft: Draft, why = whyMissing(key, draft)): void {
    const entry = this.#byReason.get(`${key} ${why}`) ?? {
      ...OPTIONS[key],
      why,
      places: [],
      units: 0,
      identities: new Set(),
    }
    entry.units += draft.units
    entry.identities.add(draft.identity)
    const { file, line } = draft.place
    if (!entry.places.some((place) => place.file === file && place.line === line)) entry.places.push({ file, line })
    this.#byReason.set(`${key} ${why}`, entry)
  }

  list(): Missing[] {
    return [...this.#byReason.values()]
  }
}

function whyMissing(key: keyof Named, draft: Draft): string {
  return `the file does not tell${hintOf(key, draft)}`
}

/** What the file says of a model that it does not name. */
export function hintOf(key: keyof Named, { hint }: Draft): string {
  return key === 'model_ref' && hint ? `; the engine calls it "${hint}"` : ''
}

/** What people call a model: `org/repo` is a repository of Hugging Face. */
export function modelRefOfAnswer(name: string): string {
  return /^[A-Za-z0-9][\w.-]*\/[\w.-]+$/.test(name) ? `hf:${name}` : name
}

function factsOfOptions(options: ImportOptions): Named {
  return withoutUndefined({
    ts: options.date && `${options.date}T00:00:00Z`,
    model_ref: options.model && modelRefOfAnswer(options.model),
    engine: options.engine,
    engine_version: options.engineVersion,
    gpu_name: options.gpu,
    gpu_count: options.gpuCount,
    vram_total_mb: options.vramTotalMb,
    quantization: options.quantization,
  })
}

function withoutUndefined<T extends object>(entries: T): T {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as T
}
