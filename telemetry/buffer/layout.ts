import { join } from 'node:path'

/**
 * The files in the folder of the buffer:
 *
 *     *.jsonl                    segments, see segment_name.ts
 *     state.json                 what sinks received and what was dropped, see state.ts; state.lock while a process changes it
 *     send-<sink>.lock           while a process sends to the sink
 *     unreadable/<id>.<offset>   bytes that are not a record
 */
export const layout = {
  state: (dir: string) => join(dir, 'state.json'),
  stateLock: (dir: string) => join(dir, 'state.lock'),
  sinkLock: (dir: string, sink: string) => join(dir, `send-${sink}.lock`),
  unreadable: (dir: string) => join(dir, 'unreadable'),
} as const
