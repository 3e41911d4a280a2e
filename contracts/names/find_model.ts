import type { Model } from '../catalog.ts'
import { addTo, fold, nameKey } from './fold.ts'
import { isGenericName } from './generic_name.ts'
import { type ModelReference, readReference } from './read_reference.ts'
import { type PrecisionSplit, splitPrecision } from './split_precision.ts'
import { unlistedId } from './unlisted_name.ts'

/** What finding names takes of the catalogue's entry of a model. */
export type NamedModel = Pick<Model, 'id' | 'slug' | 'name' | 'aliases' | 'default_quantization' | 'active_params_b'> &
  Partial<Pick<Model, 'params_b' | 'stored_quantization' | 'tags'>>

interface Tagged {
  model: NamedModel
  quantization: string | null
}

/** What a raw name means. */
export type FoundModel =
  | {
      model: NamedModel
      listed: boolean
      /** The words of the name that say its precision. */
      units: string[]
      /** The precision of this tag in its library, where that says it. */
      tag_quantization: string | null
      /** Whether the name is the id of the model's own repository. */
      own_repository: boolean
    }
  | { not_found: 'generic' | 'ambiguous' | 'private'; candidates: string[] }

/** Accounts that publish builds of others' models under `owner_model` file names, beside the owners that the catalogue has. */
const UPLOADERS =
  'unsloth bartowski mradermacher thebloke lmstudio-community ggml-org mlx-community maziyarpanahi quantfactory'.split(
    ' ',
  )
/** Words that some put before a model's name and some leave out. */
const MAKERS = ['meta', 'nvidia', 'c-4-ai']
/** Variants that a tag of Ollama means where it does not say one. */
const TUNED = ['instruct', 'it', 'chat']

/** Finds models by the names that people, files, hubs and engines give them, in stages: exact alias, normal form, base and precision, unlisted. */
export class ModelIndex {
  readonly #byName = new Map<string, NamedModel>()
  /** A tag that moved from one model to another has both. */
  readonly #byTag = new Map<string, Tagged[]>()
  readonly #byKey = new Map<string, NamedModel[]>()
  readonly #owners = new Set<string>(UPLOADERS)

  constructor(models: readonly NamedModel[]) {
    for (const model of models) {
      for (const name of [model.id, ...model.aliases]) this.#byName.set(fold(name), model)
      for (const { tag, quantization } of model.tags ?? []) addTo(this.#byTag, fold(tag), { model, quantization })
      const owner = readReference(model.id).owner
      if (owner !== null) this.#owners.add(fold(owner))
      for (const name of [model.id, ...model.aliases]) this.#addKeys(name, model)
    }
    this.#addKeysWithoutPrecision(models)
  }

  /** Every name by which a model can be found exactly. */
  names(): string[] {
    return [...this.#byName.keys(), ...this.#byTag.keys()]
  }

  /** @param engine as reported: `llama3` is a tag of the library for Ollama only */
  find(raw: string, engine: string): FoundModel {
    if (fold(raw) === 'private') return { not_found: 'private', candidates: [] }
    const reference = readReference(raw)
    const splits = reference.stems.map(splitPrecision)
    return (
      this.#findTag(reference, engine) ?? this.#findExact(raw, reference, splits) ?? this.#findByKey(reference, splits)
    )
  }

  #findExact(raw: string, reference: ModelReference, splits: PrecisionSplit[]): FoundModel | null {
    const name = fold(raw)
    const plain = name.replace(/^hf:/, '')
    const model = this.#byName.get(name) ?? this.#byName.get(plain) ?? this.#byName.get(`hf:${plain}`)
    if (model === undefined) return null
    const units = [...unitsOf(splits), ...splitPrecision(reference.tag ?? '').units]
    return known(model, units, { own_repository: isOwn(model, reference) })
  }

  /** `name:tag` of Ollama's library; a name without a tag means `latest`. */
  #findTag(reference: ModelReference, engine: string): FoundModel | null {
    const { owner, stems, tag } = reference
    const name = stems[0]
    if (owner !== null || name === undefined || (tag === null && fold(engine) !== 'ollama')) return null
    const { base, units } = splitPrecision(tag ?? 'latest')
    const listed = this.#byTag.get(fold(`${name}:${tag ?? 'latest'}`)) ?? this.#byTag.get(fold(`${name}:${base}`)) ?? []
    const [tagged, ...others] = listed
    if (others.length > 0) return unlisted(reference, { base: name, units: [] }, units)
    if (tagged) return known(tagged.model, units, units.length > 0 ? {} : { tag_quantization: tagged.quantization })
    if (base === '' || base === 'latest') return null
    const [model, ...more] = this.#tunedFirst(nameKey(`${name}-${base}`))
    return model && more.length === 0 ? known(model, units, {}) : null
  }

  #tunedFirst(key: string): NamedModel[] {
    const tuned = TUNED.flatMap((word) => this.#byKey.get(`${key}-${word}`) ?? [])
    const saysTuning = /-(?:base|text|pt)$/.test(key)
    return tuned.length > 0 && !saysTuning ? tuned : (this.#byKey.get(key) ?? [])
  }

  #findByKey(reference: ModelReference, splits: PrecisionSplit[]): FoundModel {
    const tagged = reference.tag === null ? null : splitPrecision(reference.tag)
    const units = [...unitsOf(splits), ...(tagged?.units ?? [])]
    const place = namingStem(splits)
    const variant = tagged === null || tagged.base === 'latest' ? '' : tagged.base
    const names = place < 0 ? [] : [reference.stems[place]!, splits[place]!.base]
    for (const name of variant === '' ? names : names.map((stem) => `${stem}-${variant}`)) {
      const models = this.#matching(name, reference.owner)
      if (models.length === 1) return known(models[0]!, units, { own_repository: isOwn(models[0]!, reference) })
      if (models.length > 1) return { not_found: 'ambiguous', candidates: models.map(({ id }) => id) }
    }
    return place < 0 ? { not_found: 'generic', candidates: [] } : unlisted(reference, splits[place]!, units)
  }

  #matching(name: string, owner: string | null): NamedModel[] {
    const models = this.#byKey.get(nameKey(name)) ?? this.#byKey.get(nameKey(this.#withoutUploader(name))) ?? []
    const own = models.filter(({ id }) => owner !== null && fold(readReference(id).owner ?? '') === fold(owner))
    return own.length > 0 ? own : models
  }

  /** `Qwen_Qwen3.6-27B` is `Qwen3.6-27B`. */
  #withoutUploader(name: string): string {
    const [, uploader, rest] = /^([A-Za-z0-9.-]+?)_(.+)$/.exec(name) ?? []
    return uploader && rest && this.#owners.has(fold(uploader)) ? rest : name
  }

  #addKeys(name: string, model: NamedModel): void {
    const { owner, stems, tag } = readReference(name)
    // The alias of a build in somebody's repository says nothing of other builds with the same words.
    if (owner !== null && name !== model.id) return
    const words = tag === null ? stems[0] : `${stems[0]}-${tag}`
    if (words === undefined) return
    const { base, units } = splitPrecision(words)
    // An alias that is a file stands for the model in any precision; the id of a repository may be of one precision alone.
    const key = nameKey(name === model.id ? words : units.length > 0 ? base : words)
    for (const variant of variantsOf(key, model)) addTo(this.#byKey, variant, model)
  }

  /** `NVIDIA-Nemotron-3-Nano-4B-BF16` is also the base of its other precisions, unless another model has that name. */
  #addKeysWithoutPrecision(models: readonly NamedModel[]): void {
    const added = new Map<string, NamedModel[]>()
    for (const model of models) {
      const { base, units } = splitPrecision(readReference(model.id).stems[0] ?? '')
      if (units.length === 0) continue
      for (const key of variantsOf(nameKey(base), model)) if (!this.#byKey.has(key)) addTo(added, key, model)
    }
    for (const [key, owners] of added) this.#byKey.set(key, owners)
  }
}

/** The words about precision of the first name that has some. */
function unitsOf(splits: PrecisionSplit[]): string[] {
  return splits.find(({ units }) => units.length > 0)?.units ?? []
}

/** A key with and without the maker's name before it, and the `hf` behind it that tells a format apart from the maker's own. */
function variantsOf(key: string, { id }: NamedModel): string[] {
  const maker = MAKERS.find((name) => key.startsWith(`${name}-`) && key.slice(name.length + 1).includes('-'))
  const owner = fold(readReference(id).owner ?? '').split('-')[0]!
  const keys = [key]
  if (maker !== undefined) keys.push(key.slice(maker.length + 1))
  else if (MAKERS.includes(owner)) keys.push(`${owner}-${key}`)
  return keys.flatMap((name) => (name.endsWith('-hf') ? [name, name.slice(0, -'-hf'.length)] : [name]))
}

function isOwn(model: NamedModel, { owner, stems, is_repository }: ModelReference): boolean {
  return is_repository && fold(model.id) === fold(`hf:${owner}/${stems[0]}`)
}

function known(
  model: NamedModel,
  units: string[],
  { tag_quantization = null, own_repository = false }: { tag_quantization?: string | null; own_repository?: boolean },
): FoundModel {
  return { model, listed: true, units, tag_quantization, own_repository }
}

/** The place of the stem that names the model: a repository does so better than a file in it. Below zero if none does. */
function namingStem(splits: PrecisionSplit[]): number {
  return splits.findLastIndex(({ base }) => !isGenericName(base))
}

function unlisted({ owner, stems, tag }: ModelReference, split: PrecisionSplit, units: string[]): FoundModel {
  const variant = tag === null || fold(tag) === 'latest' ? '' : splitPrecision(tag).base
  const name = saysLittle(split, owner) ? stems.find((stem) => stem.startsWith(split.base))! : split.base
  const id = unlistedId(owner, variant === '' ? name : `${name}-${variant}`)
  const facts = { params_b: null, active_params_b: null, default_quantization: null, aliases: [] }
  const model = { id, slug: id, name: id, ...facts }
  return { model, listed: false, units, tag_quantization: null, own_repository: false }
}

/** `nvidia-NVFP4`: without its precision the name is a word that stands for many models, so it stays whole. */
function saysLittle({ base, units }: PrecisionSplit, owner: string | null): boolean {
  return owner === null && units.length > 0 && /^[a-z]+$/i.test(base)
}
