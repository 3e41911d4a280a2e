import type { Ledger } from '../lib/ledger.ts'
import { isFasterThanMemory, isShorterThanHalf } from './limits.ts'
import { configurationOf, type RunRecord } from './record.ts'

/** What the exclusions look a run up in. */
interface Context {
  /** The first run of each configuration. */
  byConfiguration: ReadonlyMap<string, RunRecord>
  /** The runs that Fig. 22 gives too, by `runKey`. */
  measuredTwice: ReadonlySet<string>
}

/** A reason to leave a run of All_results out. `flaw` is the key under which the ledger counts it. */
interface Exclusion {
  flaw: string
  reason: string
  applies: (record: RunRecord, context: Context) => boolean
}

/** The exclusions in the order in which they are tried; the first that applies is the reason given. */
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

/** The runs of All_results that are converted; the others are dropped in the ledger, each with its reason. */
export function excludeRuns(all: readonly RunRecord[], figure22: readonly RunRecord[], ledger: Ledger): RunRecord[] {
  const context = {
    byConfiguration: new Map(all.toReversed().map((record) => [configurationOf(record, record.length), record])),
    measuredTwice: new Set(figure22.map((record) => runKey(record, record.latencies[1]))),
  }
  return all.filter((record) => {
    const exclusion = EXCLUSIONS.find(({ applies }) => applies(record, context))
    if (exclusion === undefined) return true
    ledger.note(exclusion.flaw)
    ledger.drop(exclusion.reason, record.origin)
    return false
  })
}

function runKey(record: RunRecord, seconds: number | null | undefined): string {
  return `${configurationOf(record, record.length)} ${seconds}`
}
