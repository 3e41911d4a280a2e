import { randomBytes } from 'node:crypto'
import { decodeSpeed, formatFigure } from '../figures.ts'
import { plural } from '../format.ts'
import type { CommandIo } from '../io.ts'
import { runLevels } from './load/run.ts'
import { type Measurement, measure, type SampleContext } from './measure.ts'
import { makePrompts } from './prompts.ts'
import type { BenchRequest } from './request.ts'
import { warmUp, withContext } from './session.ts'
import { formatMeasurements } from './summary.ts'
import { openTarget, type Target } from './target.ts'
import { writeResults } from './write_results.ts'

/** Warms up, measures, writes; true if every request was answered (under load: if a level held). */
export async function bench(request: BenchRequest, io: CommandIo): Promise<boolean> {
  const target = await openTarget(request)
  const { engine, engine_version } = target.identity
  io.writeError(`${target.url}: ${engine} ${engine_version}\n`)
  if (request.load !== null) return runLevels(target, request, request.load, io)
  const [first, ...prompts] = makePrompts(request.prompts + 1, randomBytes(4).toString('hex'))
  await warmUp(target, first!.text, request, io)
  const measurements = await withContext(target, request, io, (context) =>
    measureAll(target, prompts, request, context, io),
  )
  const failed = measurements.filter(({ failure }) => failure !== null).length
  const samples = measurements.flatMap(({ event }) => event ?? [])
  writeResults({ samples, runs: [], summary: formatMeasurements(measurements) }, request, io)
  if (failed > 0) io.writeError(`${plural(failed, 'request')} failed.\n`)
  return failed === 0
}

async function measureAll(
  target: Target,
  prompts: ReturnType<typeof makePrompts>,
  { max_tokens, timeout_s }: BenchRequest,
  context: SampleContext,
  io: CommandIo,
) {
  const measurements: Measurement[] = []
  for await (const measurement of measure(target, { ...context, prompts, max_tokens, timeout_ms: timeout_s * 1000 })) {
    measurements.push(measurement)
    io.writeError(`${String(measurements.length).padStart(3)}/${prompts.length}  ${describe(measurement)}\n`)
  }
  return measurements
}

function describe({ kind, event, failure }: Measurement): string {
  if (failure !== null || event === null) return `${kind.padEnd(6)}  failed: ${failure}`
  const speed = decodeSpeed(event)
  const first = event.first_token_ms === null ? '' : `, TTFT ${formatFigure(event.first_token_ms)} ms`
  return `${kind.padEnd(6)}  ${plural(event.tokens_out, 'token')}${first}${speed === null ? '' : `, ${formatFigure(speed)} tok/s`}`
}
