import { NameIndex, type Names } from '../../contracts/name_index.ts'
import { fold } from '../../contracts/names/fold.ts'
import { readCatalogFile } from '../catalog_file.ts'

/** Stands for the GPU and for engines that the catalogue lacks: only the model is looked for. */
const ANY = { id: 'any', name: 'any', aliases: [], bandwidth_ceiling_gbps: null }

/** A model that the catalogue knows. */
export interface KnownName {
  /** The name by which the catalogue lists it. */
  id: string
  /** Whether the catalogue has the raw name as it is. */
  exact: boolean
  /** The weight format that the names tell; `unknown` if they do not. */
  quantization: string
}

/** The names of models that the bundled catalogue knows. */
export class CatalogNames {
  readonly #index: NameIndex
  readonly #exact: ReadonlySet<string>
  readonly #engines: ReadonlySet<string>

  constructor(names: Pick<Names, 'models' | 'engines' | 'quantizations'>) {
    this.#index = new NameIndex({ ...names, engines: [...names.engines, ANY], gpus: [ANY] })
    this.#exact = new Set(this.#index.names('model'))
    this.#engines = new Set(this.#index.names('engine'))
  }

  /** The model of a sample; null if the catalogue does not know it. */
  find(model_ref: string, engine: string, quantization: string | undefined): KnownName | null {
    const raw = { model_ref, gpu_name: ANY.id, engine: this.#engines.has(fold(engine)) ? engine : ANY.id }
    const resolved = this.#index.resolve({ ...raw, quantization })
    const found = 'known' in resolved ? resolved : this.#index.resolve(raw)
    if (!('known' in found) || !found.known.listed) return null
    const name = fold(model_ref)
    const plain = name.replace(/^hf:/, '')
    const exact = [name, plain, `hf:${plain}`].some((form) => this.#exact.has(form))
    return { id: found.known.model.id, exact, quantization: found.known.quantization }
  }
}

let loaded: CatalogNames | null = null

/** The names of the catalogue that comes with `orch`, read when they are first needed. */
export function loadCatalogNames(): CatalogNames {
  loaded ??= new CatalogNames({ ...(readCatalogFile('models') as Names), ...(readCatalogFile('engines') as Names) })
  return loaded
}
