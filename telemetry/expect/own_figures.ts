import type { NameIndex } from '../../contracts/index.ts'
import { concurrencyBucket } from '../../contracts/load.ts'
import { decodeOf, firstTokenOf } from '../report/figures.ts'
import { type ReportedTask, readTasks } from '../report/read_tasks.ts'
import { LogSketch } from '../report/sketch.ts'

/** What this host did with one configuration at one load. */
export interface OwnFigures {
  model_id: string
  model_name: string
  gpu_id: string
  gpu_count: number
  engine: string
  quantization: string
  measurement_type: string
  concurrency_bucket: string
  tasks: number
  decode: LogSketch
  ttft: LogSketch
}

/** Most configurations that are told apart: a host has few. */
const MOST = 500

/** The figures of the buffers by configuration and load, under the names of the catalogue. Tasks whose names it does not know are left out. */
export async function readOwnFigures(
  folders: readonly string[],
  names: NameIndex,
  from: number,
): Promise<OwnFigures[]> {
  const figures = new Map<string, OwnFigures>()
  await readTasks(folders, { from, to: Number.POSITIVE_INFINITY }, (task) => {
    const own = describe(task, names)
    if (own === null) return
    const key = Object.values(own).join('\n')
    let known = figures.get(key)
    if (!known && figures.size < MOST) {
      known = { ...own, tasks: 0, decode: new LogSketch(), ttft: new LogSketch() }
      figures.set(key, known)
    }
    if (!known) return
    known.tasks += 1
    known.decode.add(decodeOf(task))
    known.ttft.add(firstTokenOf(task))
  })
  return [...figures.values()].sort((a, b) => b.tasks - a.tasks)
}

function describe(task: ReportedTask, names: NameIndex): Omit<OwnFigures, 'tasks' | 'decode' | 'ttft'> | null {
  const found = names.resolve(task)
  if (!('known' in found)) return null
  const { model, gpu, engine, quantization } = found.known
  const type = task.measurement_type ?? 'batched_online'
  return {
    model_id: model.id,
    model_name: model.name,
    gpu_id: gpu.id,
    gpu_count: task.gpu_count ?? 1,
    engine,
    quantization,
    measurement_type: type,
    concurrency_bucket: type === 'single_stream' ? '1' : concurrencyBucket(task.concurrency ?? null),
  }
}
