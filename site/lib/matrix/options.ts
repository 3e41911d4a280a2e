import { METRIC_INFO, METRICS } from '../../../contracts/metrics.ts'
import { KIND_WORDS, KINDS, MEASUREMENT_TYPES, MEASUREMENT_WORDS } from '../words.ts'
import type { Matrix } from './entries.ts'

/** A filter of the matrix page: the state key that it sets and what can be chosen. */
export interface Filter {
  key: string
  label: string
  options: [value: string, text: string][]
}

/** The filters with what occurs in the data, "all" first where a filter may be off. */
export function matrixFilters(matrix: Matrix): Filter[] {
  const counts = [...new Set(matrix.entries.map((entry) => entry.gpuCount))].sort((a, b) => a - b)
  const quantizations = [...new Set(matrix.entries.map((entry) => entry.quantization))].sort()
  return [
    {
      key: 'metric',
      label: 'Metric',
      options: METRICS.map((m) => [m, `${METRIC_INFO[m].title} (${METRIC_INFO[m].unit})`]),
    },
    { key: 'type', label: 'Measurement type', options: MEASUREMENT_TYPES.map((t) => [t, MEASUREMENT_WORDS[t].title]) },
    { key: 'engine', label: 'Engine', options: [['', 'All engines'], ...matrix.engines.map(named)] },
    { key: 'quantization', label: 'Quantisation', options: [['', 'All'], ...quantizations.map(same)] },
    { key: 'gpus', label: 'GPU count', options: [['', 'Any'], ...counts.map((n) => same(String(n)))] },
    { key: 'source', label: 'Source', options: [['', 'All sources'], ...matrix.sources.map(named)] },
    {
      key: 'kind',
      label: 'Kind',
      options: [
        ['', 'Both kinds'],
        ...KINDS.map((k): [string, string] => [k, `${KIND_WORDS[k].glyph} ${KIND_WORDS[k].title}`]),
      ],
    },
    {
      key: 'order',
      label: 'Model order',
      options: [
        ['measured', 'Most measured'],
        ['name', 'Name'],
        ['size', 'Size'],
      ],
    },
  ]
}

const same = (value: string): [string, string] => [value, value]
const named = ({ id, name }: { id: string; name: string }): [string, string] => [id, name]
