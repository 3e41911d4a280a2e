import { METRIC_INFO } from '../../../contracts/metrics.ts'
import { plural } from '../format.ts'
import { formatUsers, MEASUREMENT_LABELS, type MeasurementType } from '../labels.ts'
import { type ModelAnswers, SPEED_METRICS } from './types.ts'
import { countRuns, loadsOf, typesOf } from './which_state.ts'

export type Options = [value: string, text: string][]

/** The choices for a model: only what is published for it, with the number of runs. */
export function optionsOf(
  data: ModelAnswers,
  { type }: { type: MeasurementType },
): Record<'type' | 'metric' | 'load' | 'quant', Options> {
  const own = data.runs.filter((run) => run.type === type)
  const quantizations = [...new Set(own.map((run) => run.quantization))].sort()
  return {
    type: typesOf(data).map((t) => [t, TYPE_TITLES[t]]),
    metric: SPEED_METRICS.filter((metric) => countRuns(data, type, metric) > 0).map((metric) => [
      metric,
      `${METRIC_INFO[metric].title} (${plural(countRuns(data, type, metric), 'run')})`,
    ]),
    load: loadOptions(data, type),
    quant: [['', 'Any'], ...quantizations.map((q): [string, string] => [q, q === 'unknown' ? 'not stated' : q])],
  }
}

function loadOptions(data: ModelAnswers, type: MeasurementType): Options {
  const loads = type === 'single_stream' ? [] : loadsOf(data, type)
  return [
    ['each', loads.length === 0 ? 'One' : 'Any: each run at its own load'],
    ...loads.map((load): [string, string] => [load, formatUsers(load)]),
  ]
}

const TYPE_TITLES: Record<MeasurementType, string> = {
  single_stream: 'One user (single stream)',
  batched_online: `Under load (${MEASUREMENT_LABELS.batched_online.title.toLowerCase()})`,
  batched_offline: `Under load (${MEASUREMENT_LABELS.batched_offline.title.toLowerCase()})`,
}
