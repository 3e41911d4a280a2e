import type { TelemetryEvent } from '../../contracts/index.ts'
import { matchesGlob } from '../match_glob.ts'
import { UNKNOWN } from '../sample/clean_labels.ts'
import { type CatalogNames, loadCatalogNames } from './catalog_names.ts'

/** Stands in samples that leave the host for the name of a model that may not. */
export const PRIVATE = 'private'

export interface NamePolicyOptions {
  /** Patterns of names that the operator releases. */
  released: readonly string[]
  /** The names that anybody may see; those of the bundled catalogue if absent. */
  catalog?: CatalogNames
}

/**
 * Decides under which name the model of a sample leaves the host. A name that the catalogue has, or the operator released, stays as
 * it is. A name that is known by its parts only, as a file or another's repository is, becomes that of the catalogue, because the
 * rest of it may say more than the model. Any other becomes `private`.
 */
export class NamePolicy {
  readonly #released: readonly string[]
  readonly #catalog: CatalogNames | undefined

  constructor({ released, catalog }: NamePolicyOptions) {
    this.#released = released
    this.#catalog = catalog
  }

  /** The sample with the name under which it leaves. */
  apply<T extends Pick<TelemetryEvent, 'model_ref' | 'engine' | 'quantization'>>(sample: T): T {
    const { model_ref, engine, quantization } = sample
    if (model_ref === UNKNOWN || model_ref === PRIVATE || this.#isReleased(model_ref)) return sample
    const known = (this.#catalog ?? loadCatalogNames()).find(model_ref, engine, quantization)
    if (known === null) return { ...sample, model_ref: PRIVATE }
    if (known.exact) return sample
    return { ...sample, model_ref: known.id, quantization: quantization ?? known.quantization }
  }

  #isReleased(name: string): boolean {
    return this.#released.some((pattern) => matchesGlob(pattern, name))
  }
}
