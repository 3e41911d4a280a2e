import type { ConversionLog } from '../lib/conversion_log.ts'
import { isFasterThanMemory, isShorterThanHalf } from './limits.ts'
import { configurationOf, type RunRecord } from './record.ts'

/** The lookup tables of the exclusions. */
interface Context {
  /** The first run of each configuration. */
  byConfiguration: ReadonlyMap<string, RunRecord>
  /** The runs that Fig. 22 gives too, by `runKey`. */
  measuredTwice: ReadonlySet<string>
}

/** A reason to drop a run of All_results. `flaw` is the key under which it is counted. */
interface Exclusion {
  flaw: string
  reason: string
  applies: (record: RunRecord, context: Context) => boolean
}

/** The exclusions in the order in which they are tried; the first that applies is the reason reported. */
const EXCLUSIONS: readonly Exclusion[] = [
  {
    flaw: 'promptBatch',
    reason: 'llama.cpp with a batch size that is not a number of requests',
    applies: ({ engine, batch }) => engine === 'llama.cpp' && batch > 1,
  },
  { flaw: 'tooFast', reason: 'faster than the memory bandwidth allows', applies: isFasterThanMemory },
  {
    flaw: 'shrinking',
    reason: 'less than half the time of half the length',
    applies: (record, { byConfiguration }) => isShorterThanHalf(record, byConfiguration),
  },
  {
    flaw: 'figure22',
    reason: 'converted from Fig. 22',
    applies: (record, { measuredTwice }) => measuredTwice.has(runKey(record, record.latencies[0])),
  },
]

/** The runs of All_results that are converted; the others are dropped, each with its reason in the log. */
export function excludeRuns(
  all: readonly RunRecord[],
  figure22: readonly RunRecord[],
  log: ConversionLog,
): RunRecord[] {
  const context = {
    byConfiguration: new Map(all.toReversed().map((record) => [configurationOf(record, record.length), record])),
    measuredTwice: new Set(figure22.map((record) => runKey(record, record.latencies[1]))),
  }
  return all.filter((record) => {
    const exclusion = EXCLUSIONS.find(({ applies }) => applies(record, context))
    if (exclusion === undefined) return true
    log.countFlaw(exclusion.flaw)
    log.drop(exclusion.reason, record.origin)
    return false
  })
}

function runKey(record: RunRecord, seconds: number | null | undefined): string {
  return `${configurationOf(record, record.length)} ${seconds}`
}
