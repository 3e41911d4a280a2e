import { MEASUREMENT_TYPES, type MeasurementType } from '../labels.ts'
import type { Matrix } from './entries.ts'
import { MEASURES, type Measure } from './measures.ts'

export const VIEWS = ['auto', 'grid', 'list'] as const
export const SCALES = ['linear', 'log'] as const
export const ORDERS = ['featured', 'measured', 'name', 'size'] as const
/** Which models and GPUs are shown: those that people look for most, or all with a figure. */
export const SCOPES = ['featured', 'all'] as const
export const SORT_KEYS = ['model', 'gpu', 'engine', 'quantization', 'median', 'n', 'source', 'month'] as const
export type SortKey = (typeof SORT_KEYS)[number]
/** Multiple-choice filters; no chosen value means all. */
export const FACETS = ['gpu', 'engine', 'quantization', 'gpus', 'load', 'source', 'kind'] as const
export type Facet = (typeof FACETS)[number]
/** The value of `gpus` for any number of GPUs. Without a value, a cell shows figures of one GPU, or of the fewest that were measured. */
export const ANY_COUNT = 'any'

/** The filters and view of the matrix page. Kept in the query string, without defaults. */
export interface MatrixState extends Record<Facet, string[]> {
  metric: Measure
  type: MeasurementType
  /** Words that the name of the model contains. */
  search: string
  /** The most accelerator memory that a run may have had, in GB; empty for any. */
  memory: string
  /** The GPU that the others are compared with; empty for the best one of each model. */
  base: string
  order: (typeof ORDERS)[number]
  /** `auto`: a list if only one model or one GPU is left, else the grid. */
  view: (typeof VIEWS)[number]
  scope: (typeof SCOPES)[number]
  scale: (typeof SCALES)[number]
  sort: SortKey
  descending: boolean
}

const defaults = new WeakMap<Matrix, MatrixState>()

/** The default state: speed, for the first measurement type that has figures. Cached per matrix. */
export function defaultState(matrix: Matrix): MatrixState {
  const state = defaults.get(matrix) ?? findDefaults(matrix)
  defaults.set(matrix, state)
  return state
}

function findDefaults(matrix: Matrix): MatrixState {
  const type = MEASUREMENT_TYPES.find((t) => matrix.entries.some((e) => e.type === t)) ?? 'single_stream'
  return {
    metric: 'speed',
    type,
    search: '',
    memory: '',
    gpu: [],
    engine: [],
    quantization: [],
    gpus: [],
    load: [],
    source: [],
    kind: [],
    base: '',
    order: 'featured',
    view: 'auto',
    scope: 'featured',
    scale: 'linear',
    sort: 'median',
    descending: false,
  }
}

/** The state of a query string. Invalid values fall back to the default. */
export function parseState(query: string, defaults: MatrixState): MatrixState {
  const params = new URLSearchParams(query)
  const oneOf = <T extends string>(key: string, values: readonly T[], fallback: T): T =>
    values.find((value) => value === params.get(key)) ?? fallback
  const sort = params.get('sort') ?? ''
  return {
    metric: oneOf('metric', MEASURES, defaults.metric),
    type: oneOf('type', MEASUREMENT_TYPES, defaults.type),
    search: params.get('search') ?? '',
    memory: /^\d{1,4}$/.test(params.get('memory') ?? '') ? params.get('memory')! : '',
    ...(Object.fromEntries(FACETS.map((facet) => [facet, [...new Set(params.getAll(facet))]])) as Record<
      Facet,
      string[]
    >),
    base: params.get('base') ?? '',
    order: oneOf('order', ORDERS, defaults.order),
    view: oneOf('view', VIEWS, defaults.view),
    scope: oneOf('scope', SCOPES, defaults.scope),
    scale: oneOf('scale', SCALES, defaults.scale),
    sort: SORT_KEYS.find((key) => key === sort.replace(/^-/, '')) ?? defaults.sort,
    descending: sort === '' ? defaults.descending : sort.startsWith('-'),
  }
}

/** The names of the parameters of a state. */
export const STATE_KEYS = [
  ...['metric', 'type', 'search', 'memory', 'base', 'order', 'view', 'scope', 'scale', 'sort'],
  ...FACETS,
] as const

/** The query string of a state, with its `?`; empty for the default state. */
export function formatState(state: MatrixState, defaults: MatrixState): string {
  const params = new URLSearchParams()
  const { sort, descending, ...others } = state
  for (const [key, value] of Object.entries(others)) {
    if (Array.isArray(value)) for (const one of value) params.append(key, one)
    else if (value !== defaults[key as keyof MatrixState]) params.set(key, value)
  }
  if (sort !== defaults.sort || descending !== defaults.descending)
    params.set('sort', `${descending ? '-' : ''}${sort}`)
  return params.size === 0 ? '' : `?${params}`
}
