import type { z } from 'zod'
import type { TelemetryEvent } from '../../contracts/index.ts'
import { explainIssue } from './explain_issue.ts'
import { describeValue, Findings } from './findings.ts'
import { hashContent } from './sample_identity.ts'
import { REQUEST_ARRAYS, RequestArrays, readRequests, type TimedRequest } from './serving_requests.ts'
import type { ImportOptions, InputDocument, Place, Reading } from './types.ts'

/** The facts of a run that hold for all its requests; undefined if the file does not give them. */
export interface RunFacts {
  ts?: string
  model_ref?: string
  engine?: string
  engine_version?: string
  gpu_count?: number
  quantization?: string
  max_concurrency?: number | null
  speculative?: boolean
}

/** How the files of one serving benchmark are read. */
export interface ServingFormat {
  tool: string
  /** The option with which the tool keeps the figures of each request. */
  detailFlag: string
  /** Reads the facts of a run. */
  facts: z.ZodType<RunFacts>
}

/** Reads the runs of a serving benchmark, one JSON object each. */
export function readServingRuns(
  format: ServingFormat,
  documents: readonly InputDocument[],
  options: ImportOptions,
): Reading {
  const findings = new Findings()
  const events = documents.flatMap((document) => readRun(format, document, options, findings))
  const units = findings.problems.reduce((sum, problem) => sum + problem.units, events.length)
  return { events, problems: findings.problems, units }
}

function readRun(format: ServingFormat, document: InputDocument, options: ImportOptions, findings: Findings) {
  const place = { file: document.file, line: document.line }
  const arrays = readArrays(format, document.value, place, findings)
  if (!arrays) return []
  const fix = `pass the unchanged output of ${format.tool}`
  const units = arrays.input_lens.length
  const facts = format.facts.safeParse(document.value)
  if (!facts.success) {
    findings.reject(place, units, explainIssue(facts.error.issues[0]!, document.value, fix))
    return []
  }
  const run = completeFacts(facts.data, options, place, units, findings)
  if (!run) return []
  const contentHash = hashContent(document.value)
  return readRequests(arrays, place, findings, fix).map((request) => ({
    event: toEvent(run, request, `${format.tool}:${contentHash}.${request.number}`),
    place: { ...place, item: `request ${request.number}` },
  }))
}

function readArrays(
  format: ServingFormat,
  value: unknown,
  place: Place,
  findings: Findings,
): RequestArrays | undefined {
  const fix = `run the benchmark with ${format.detailFlag}, which keeps the figures of each request`
  const missing = REQUEST_ARRAYS.filter((key) => !Array.isArray((value as Record<string, unknown> | null)?.[key]))
  if (missing.length > 0) {
    const found =
      typeof value === 'object' && value !== null && 'completed' in value
        ? 'only the means of a run'
        : describeValue(value)
    findings.reject(place, 0, { field: missing.join(', '), expected: 'arrays with an entry per request', found, fix })
    return undefined
  }
  const parsed = RequestArrays.safeParse(value)
  if (!parsed.success) {
    findings.reject(place, 0, explainIssue(parsed.error.issues[0]!, value, fix))
    return undefined
  }
  return haveEqualLengths(parsed.data, place, findings, format) ? parsed.data : undefined
}

function haveEqualLengths(arrays: RequestArrays, place: Place, findings: Findings, format: ServingFormat): boolean {
  const lengths = REQUEST_ARRAYS.map((key) => arrays[key].length)
  if (new Set(lengths).size === 1) return true
  findings.reject(place, 0, {
    field: REQUEST_ARRAYS.join(', '),
    expected: 'arrays of equal length',
    found: `lengths ${lengths.join(', ')}`,
    fix: `pass the unchanged output of ${format.tool}`,
  })
  return false
}

type CompleteRun = Omit<
  TelemetryEvent,
  'tokens_in' | 'tokens_out' | 'first_token_ms' | 'decode_time_ms' | 'exit' | 'job_id'
>

/** Fills what the file does not give from the options; names the option if neither gives it. */
function completeFacts(
  facts: RunFacts,
  options: ImportOptions,
  place: Place,
  requests: number,
  findings: Findings,
): CompleteRun | undefined {
  const stated = {
    ts: options.date ? `${options.date}T00:00:00Z` : facts.ts,
    model_ref: options.model ?? facts.model_ref,
    engine: options.engine ?? facts.engine,
  }
  const flags = { ts: '--date YYYY-MM-DD', model_ref: '--model hf:org/repo', engine: '--engine NAME' }
  for (const key of ['ts', 'model_ref', 'engine'] as const) {
    if (stated[key] !== undefined) continue
    const found = 'no statement of it in the file'
    findings.reject(place, requests, { field: key, expected: 'a value', found, fix: `pass ${flags[key]}` })
    return undefined
  }
  const { ts, model_ref, engine } = stated as Required<typeof stated>
  return { ts: ts!, model_ref: model_ref!, engine: engine!, ...commonFields(facts, options) }
}

function commonFields(facts: RunFacts, options: ImportOptions): Omit<CompleteRun, 'ts' | 'model_ref' | 'engine'> {
  const quantization = options.quantization ?? facts.quantization
  const concurrency = facts.max_concurrency ?? undefined
  const gpuCount = options.gpuCount ?? facts.gpu_count
  return {
    tenant_id: 'anon',
    engine_version: options.engineVersion ?? facts.engine_version ?? 'unknown',
    gpu_name: options.gpu!,
    vram_total_mb: options.vramTotalMb ?? null,
    vram_used_mb_peak: null,
    schema_version: 1,
    ...(gpuCount && { gpu_count: gpuCount }),
    ...(quantization && { quantization }),
    measurement_type: concurrency === 1 ? 'single_stream' : 'batched_online',
    ...(concurrency && { concurrency }),
    ...(facts.speculative && { speculative: true }),
    timing_source: 'client',
  }
}

function toEvent(run: CompleteRun, request: TimedRequest, jobId: string): TelemetryEvent {
  return { ...run, job_id: jobId, ...request.timings }
}
