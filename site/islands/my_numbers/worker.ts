import './jitless.ts'
import { checkFile } from '../../lib/my_numbers/check_file.ts'
import type { Message, Task } from '../../lib/my_numbers/report.ts'
import { openKey } from './key_store.ts'

/** Runs beside the page, so that a large file does not freeze it. One task, then the page ends it. */
self.onmessage = async ({ data }: MessageEvent<Task>) => {
  const say = (message: Message) => self.postMessage(message)
  try {
    const onProgress = (bytes: number, lines: number) => say({ kind: 'progress', bytes, lines })
    say({ kind: 'done', report: await checkFile({ ...data, openKey, onProgress }) })
  } catch (error) {
    say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}
