import type { Entry } from '../matrix/entries.ts'
import { toBar } from './bar.ts'
import { indexOf } from './estimate.ts'
import type { Bar, Facts, Question } from './types.ts'

/** As many of either kind as are shown. */
const SHOWN = 2

/** Figures of the model on the GPUs nearest in memory bandwidth, then of the models nearest in size on the GPU: one user. */
export function findNearest(facts: Facts, { gpu, model }: Question): Bar[] {
  const { matrix, catalogue } = facts
  const card = indexOf(catalogue.gpus, 'id').get(gpu)
  const asked = indexOf(catalogue.models, 'slug').get(model)
  if (!card || !asked) return []
  const bandwidth = (entry: Entry) =>
    indexOf(catalogue.gpus, 'id').get(matrix.gpus[entry.gpu]!.id)?.bandwidthGbps ?? null
  const size = (entry: Entry) => matrix.models[entry.model]!.paramsB
  const onOthers = nearestBy(
    facts,
    (e) => matrix.models[e.model]!.slug === model,
    bandwidth,
    card.bandwidthGbps,
    (e) => e.gpu,
  )
  const ofOthers = nearestBy(
    facts,
    (e) => matrix.gpus[e.gpu]!.id === gpu,
    size,
    asked.paramsB,
    (e) => e.model,
  )
  return [...onOthers, ...ofOthers]
}

/** The fastest one-user row of each of the nearest by a value, on a ratio scale; fewer GPUs first. */
function nearestBy(
  facts: Facts,
  isOf: (entry: Entry) => boolean,
  value: (entry: Entry) => number | null,
  asked: number | null,
  key: (entry: Entry) => number,
): Bar[] {
  if (asked === null) return []
  const found = facts.matrix.entries.flatMap((entry) => {
    const at = value(entry)
    const bar = entry.type === 'single_stream' && isOf(entry) && at !== null ? toBar(facts, entry) : null
    return bar ? [{ bar, far: Math.abs(Math.log(at! / asked)) }] : []
  })
  found.sort(
    (a, b) =>
      a.bar.entry.gpuCount - b.bar.entry.gpuCount || a.far - b.far || b.bar.speed.figure.p50 - a.bar.speed.figure.p50,
  )
  const firsts = new Map<number, Bar>()
  for (const { bar } of found) if (!firsts.has(key(bar.entry))) firsts.set(key(bar.entry), bar)
  return [...firsts.values()].slice(0, SHOWN)
}
