import type { z } from 'zod'
import { explainIssue } from '../explain_issue.ts'
import type { Findings } from '../findings.ts'
import { parseDocument, placeOf, readEach } from '../reading.ts'
import type { Draft, Facts, InputDocument, Place, Reading } from '../types.ts'
import { REQUEST_ARRAYS, RequestArrays, readRequests } from './requests.ts'
import { findNoRun, type Summary, toRunFigures } from './summary.ts'

/** What a serving benchmark states of a run. */
export interface ServingRun {
  facts: Facts
  summary: Summary
}

/** How the files of one serving benchmark are read. */
export interface ServingFormat {
  tool: string
  /** The option with which the tool keeps the figures of each request. */
  detailFlag: string
  schema: z.ZodType<ServingRun>
}

/** Reads the runs of a serving benchmark, one JSON object each: its requests, or its summary if they were not kept. */
export function readServingRuns(format: ServingFormat, documents: readonly InputDocument[]): Reading {
  return readEach(documents, (document, findings) => readRun(format, document, findings))
}

function readRun(format: ServingFormat, document: InputDocument, findings: Findings): Draft[] {
  const requests = countRequests(document.value)
  const run = parseDocument(format.schema, document, format.tool, findings, requests ?? 1)
  if (!run) return []
  return requests === undefined
    ? readSummary(format, document, run, findings)
    : readDetails(format, document, run, requests, findings)
}

/** How many requests a run kept; undefined if it kept none. */
function countRequests(value: unknown): number | undefined {
  const { input_lens, ttfts } = (value ?? {}) as Record<string, unknown>
  return Array.isArray(input_lens) && ttfts !== undefined ? input_lens.length : undefined
}

function readSummary(format: ServingFormat, document: InputDocument, run: ServingRun, findings: Findings): Draft[] {
  const place = placeOf(document)
  const reason = findNoRun(run.summary)
  if (reason) {
    findings.skip(place, 1, `the summary of a run: ${reason}`)
    return []
  }
  findings.note(
    place,
    `only the summary of a run: written as one run; with ${format.detailFlag} each request is a sample`,
  )
  const identity = { tool: format.tool, parts: [{ row: document.value, number: 1 }] }
  return [{ kind: 'run', facts: run.facts, figures: toRunFigures(run.summary), identity, place, units: 1 }]
}

function readDetails(
  format: ServingFormat,
  document: InputDocument,
  { facts, summary }: ServingRun,
  units: number,
  findings: Findings,
): Draft[] {
  const place = placeOf(document)
  const fix = `pass the unchanged output of ${format.tool}`
  const arrays = readArrays(document.value, place, units, fix, findings)
  if (!arrays) return []
  const concurrency = summary.max_concurrency ?? undefined
  const shared: Facts = {
    ...facts,
    measurement_type: concurrency === 1 ? 'single_stream' : 'batched_online',
    concurrency,
    timing_source: 'client',
  }
  return readRequests(arrays, place, findings, fix).map(({ number, figures }) => ({
    kind: 'sample',
    facts: shared,
    figures: summary.output_tps ? { ...figures, output_tps: summary.output_tps } : figures,
    identity: { tool: format.tool, parts: [{ row: document.value, number }] },
    place: { ...place, item: `request ${number}` },
    units: 1,
  }))
}

function readArrays(
  value: unknown,
  place: Place,
  units: number,
  fix: string,
  findings: Findings,
): RequestArrays | undefined {
  const parsed = RequestArrays.safeParse(value)
  if (!parsed.success) {
    findings.reject(place, units, explainIssue(parsed.error.issues[0]!, value, fix))
    return undefined
  }
  const lengths = REQUEST_ARRAYS.map((key) => parsed.data[key].length)
  if (new Set(lengths).size === 1) return parsed.data
  findings.reject(place, units, {
    field: REQUEST_ARRAYS.join(', '),
    expected: 'arrays of equal length',
    found: `lengths ${lengths.join(', ')}`,
    fix,
  })
  return undefined
}
