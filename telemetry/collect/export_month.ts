import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { shuffleByJobId } from '../anonymise/anonymize_event.ts'
import { FILE_MODE, systemFiles } from '../buffer/files.ts'
import { monthFolder, readMonth } from './month_log.ts'
import { listMonths } from './retention.ts'

const compress = promisify(gzip)
/** Lines in a file: some 5 MB compressed, below the limit of the pipeline, and what is held in memory. */
const FILE_LINES = 100_000

export interface ExportedMonth {
  contributor: string
  files: number
  samples: number
}

/**
 * Writes the samples of a month to `<out>/<contributor>/<month>/collected-NNN.jsonl.gz`, where the pipeline expects them, each sample once and
 * in an order that tells nothing of when it came. A file is there whole or not at all; what an earlier export wrote is replaced.
 */
export async function exportMonth(dir: string, month: string, out: string): Promise<ExportedMonth[]> {
  const exported: ExportedMonth[] = []
  for (const found of await listMonths(dir))
    if (found.month === month) exported.push(await exportContributor(dir, found.contributor, month, out))
  return exported
}

async function exportContributor(dir: string, contributor: string, month: string, out: string): Promise<ExportedMonth> {
  const folder = join(out, contributor, month)
  await mkdir(folder, { recursive: true })
  const result = { contributor, files: 0, samples: 0 }
  let lines: { job_id: string; line: string }[] = []
  const flush = async () => {
    if (lines.length === 0) return
    result.files += 1
    result.samples += lines.length
    const text = shuffleByJobId(lines).map(({ line }) => `${line}\n`)
    await writeWhole(join(folder, `collected-${String(result.files).padStart(3, '0')}.jsonl.gz`), text.join(''))
    lines = []
  }
  for await (const { text, job_id } of readMonth(systemFiles, monthFolder(dir, contributor, month))) {
    lines.push({ job_id, line: text })
    if (lines.length === FILE_LINES) await flush()
  }
  await flush()
  return result
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`
  await writeFile(temporary, await compress(text), { mode: FILE_MODE })
  await rename(temporary, path)
}
