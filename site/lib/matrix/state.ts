import { METRICS, type Metric } from '../../../contracts/metrics.ts'
import { KINDS, type Kind, MEASUREMENT_TYPES, type MeasurementType } from '../words.ts'
import type { Matrix } from './entries.ts'

export const VIEWS = ['grid', 'list'] as const
export const ORDERS = ['measured', 'name', 'size'] as const
export const SORT_KEYS = ['model', 'gpu', 'gpus', 'engine', 'quantization', 'median', 'n', 'source', 'month'] as const
export type SortKey = (typeof SORT_KEYS)[number]

/** What the matrix page shows; empty text means "all". Kept in the query string, where defaults are left out. */
export interface MatrixState {
  metric: Metric
  type: MeasurementType
  engine: string
  quantization: string
  gpus: string
  source: string
  kind: Kind | ''
  search: string
  order: (typeof ORDERS)[number]
  view: (typeof VIEWS)[number]
  sort: SortKey
  descending: boolean
}

/** Decode speed of the first measurement type that has any. */
export function defaultState(matrix: Matrix): MatrixState {
  const type = MEASUREMENT_TYPES.find((t) => matrix.entries.some((e) => e.type === t && e.figures.decode_tps))
  return {
    metric: 'decode_tps',
    type: type ?? 'single_stream',
    engine: '',
    quantization: '',
    gpus: '',
    source: '',
    kind: '',
    search: '',
    order: 'measured',
    view: 'grid',
    sort: 'median',
    descending: true,
  }
}

/** The state that a query string asks for. Values that do not exist fall back to the default. */
export function parseState(query: string, defaults: MatrixState): MatrixState {
  const params = new URLSearchParams(query)
  const oneOf = <T extends string>(key: string, values: readonly T[], fallback: T): T =>
    values.find((value) => value === params.get(key)) ?? fallback
  const sort = params.get('sort') ?? ''
  return {
    metric: oneOf('metric', METRICS, defaults.metric),
    type: oneOf('type', MEASUREMENT_TYPES, defaults.type),
    engine: params.get('engine') ?? '',
    quantization: params.get('quantization') ?? '',
    gpus: params.get('gpus') ?? '',
    source: params.get('source') ?? '',
    kind: oneOf('kind', [...KINDS, ''], ''),
    search: params.get('search') ?? '',
    order: oneOf('order', ORDERS, defaults.order),
    view: oneOf('view', VIEWS, defaults.view),
    sort: SORT_KEYS.find((key) => key === sort.replace(/^-/, '')) ?? defaults.sort,
    descending: sort === '' ? defaults.descending : sort.startsWith('-'),
  }
}

/** The query string of a state, with its `?`, or empty where everything is at its default. */
export function formatState(state: MatrixState, defaults: MatrixState): string {
  const params = new URLSearchParams()
  const { sort, descending, ...plain } = state
  for (const [key, value] of Object.entries(plain)) {
    if (value !== defaults[key as keyof MatrixState]) params.set(key, value)
  }
  if (sort !== defaults.sort || descending !== defaults.descending)
    params.set('sort', `${descending ? '-' : ''}${sort}`)
  return params.size === 0 ? '' : `?${params}`
}
