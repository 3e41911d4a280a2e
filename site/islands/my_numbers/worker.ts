import './jitless.ts'
import { checkFile } from '../../lib/my_numbers/check_file.ts'
import { convertFile } from '../../lib/my_numbers/convert_file.ts'
import type { Message, Task } from '../../lib/my_numbers/report.ts'
import { openKey } from './key_store.ts'

/** Runs off the main thread, so that a large file does not block the page. The page terminates it after one task. */
self.onmessage = async ({ data }: MessageEvent<Task>) => {
  const post = (message: Message) => self.postMessage(message)
  try {
    const onProgress = (bytes: number, lines: number) => post({ kind: 'progress', bytes, lines })
    const converted = await convertFile(data.file, data.reference.names, data.answers, openKey)
    const file = converted?.file ?? data.file
    const report = await checkFile({ ...data, file, openKey, onProgress })
    post({ kind: 'done', report: { ...report, conversion: converted?.conversion ?? null } })
  } catch (error) {
    post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}
