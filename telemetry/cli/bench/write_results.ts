import { randomUUID } from 'node:crypto'
import { type BenchmarkRun, judgeLine, type TelemetryEvent } from '../../../contracts/index.ts'
import { anonymizeEvent, shuffleByJobId } from '../../anonymise/anonymize_event.ts'
import { loadLocalKey } from '../../anonymise/local_key.ts'
import { pseudonymize } from '../../anonymise/pseudonym.ts'
import { NamePolicy, PRIVATE } from '../../publish/name_policy.ts'
import { plural } from '../format.ts'
import type { CommandIo } from '../io.ts'
import { writeAtomically } from '../output_file.ts'
import type { BenchRequest } from './request.ts'

/** What a bench measured. */
export interface BenchResults {
  samples: readonly TelemetryEvent[]
  /** The runs that sum up the samples of a level each, rounded; their origins are made here. */
  runs: readonly Omit<BenchmarkRun, 'origin'>[]
  /** Lines for the operator. */
  summary: readonly string[]
}

/** Writes the summary, and samples and runs in the form for publication where they are asked for. */
export function writeResults(results: BenchResults, request: BenchRequest, io: CommandIo): void {
  const { out, json } = request
  const lines = toLines(results, request, io)
  const text = lines.map((line) => `${line}\n`).join('')
  const summary = `\n${results.summary.join('\n')}\n`
  if (json) io.writeOut(text)
  if (json) io.writeError(summary)
  else io.writeOut(summary)
  if (lines.length === 0) return
  if (out === undefined) {
    if (!json) io.writeError('To share such figures: run it with --out FILE, then orch share FILE\n')
    return
  }
  writeAtomically(out, text)
  const what = `${plural(results.samples.length, 'sample')}${results.runs.length > 0 ? ` and ${plural(results.runs.length, 'run')}` : ''}`
  io.writeError(`Wrote ${what} to ${out}, anonymised. To share them: orch share ${out}\n`)
}

/** Samples, shuffled, then runs, in the form for publication. Who states the reference of the model releases it. */
function toLines({ samples, runs }: BenchResults, { model_ref }: BenchRequest, io: CommandIo): string[] {
  const key = loadLocalKey(io.env)
  const names = new NamePolicy({ released: model_ref === undefined ? [] : [model_ref] })
  const leaving = samples.map((event) => names.apply(anonymizeEvent(event, key)))
  if (leaving.some((sample) => sample.model_ref === PRIVATE)) io.writeError(`${WITHHELD}\n`)
  const id = pseudonymize(key, 'job', randomUUID())
  const named = runs.map((run, at) => withName({ ...run, origin: `${id}#${at + 1}` }, names))
  return [
    ...accepted('anonymized_export', shuffleByJobId(leaving)),
    // A run of a model without a name would say nothing to anybody.
    ...accepted(
      'benchmark_run',
      named.filter((run) => run.model_ref !== PRIVATE),
    ),
  ]
}

function withName(run: BenchmarkRun, names: NamePolicy): BenchmarkRun {
  const { quantization, ...others } = run
  const named = names.apply({ ...others, quantization: quantization ?? undefined })
  return { ...named, quantization: named.quantization ?? null }
}

function accepted(contract: 'anonymized_export' | 'benchmark_run', values: readonly object[]): string[] {
  const lines = values.map((value) => JSON.stringify(value))
  return lines.filter((line) => judgeLine(contract, line).verdict === 'accepted')
}

const WITHHELD = `The catalogue does not know this model: the samples call it "${PRIVATE}", and no table shows them. To publish its name, pass --model-ref NAME.`
