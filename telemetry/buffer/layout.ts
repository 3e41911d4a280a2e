import { join } from 'node:path'

/**
 * The files in the folder of the buffer:
 *
 *     *.jsonl                    segments, see segment_name.ts
 *     sinks/<name>.json          what a sink has received, see sink_state.ts; <name>.lock while a process sends to it
 *     dropped/<id>.n<records>.<reason>   tombstone of a segment that retention removed, until every sink has counted it
 *     losses/<writer>.json       what a process could not write
 *     losses.json                the same of processes that have ended; losses.lock while a process adds them up
 *     unreadable/<id>.<offset>   bytes that are not a record
 */
export const layout = {
  sinks: (dir: string) => join(dir, 'sinks'),
  sinkState: (dir: string, sink: string) => join(dir, 'sinks', `${sink}.json`),
  sinkLock: (dir: string, sink: string) => join(dir, 'sinks', `${sink}.lock`),
  dropped: (dir: string) => join(dir, 'dropped'),
  losses: (dir: string) => join(dir, 'losses'),
  lossTotals: (dir: string) => join(dir, 'losses.json'),
  lossLock: (dir: string) => join(dir, 'losses.lock'),
  unreadable: (dir: string) => join(dir, 'unreadable'),
} as const
