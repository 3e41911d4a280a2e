import { FILE_BYTES, RESULT_BYTES } from '../../../contracts/limits.ts'
import { NameIndex, type Names } from '../../../contracts/name_index.ts'
import { FORMATS } from '../../../telemetry/import/formats/index.ts'
import { groupBy } from '../../../telemetry/import/group_by.ts'
import { type FilesRead, finishImport, type ImportResult, readFiles } from '../../../telemetry/import/import_files.ts'
import type { ImportOptions } from '../../../telemetry/import/types.ts'
import { pseudonymise } from './anonymise_sample.ts'
import type { Conversion } from './report.ts'
import { unpackFile } from './unpack_file.ts'

/** How much of a file is looked at to tell samples from the output of a benchmark. */
const PROBED_BYTES = 64_000

/**
 * Converts the output of a benchmark into samples and runs, with the code of `orch import`; null for a file that holds such lines already.
 *
 * Rejects with a readable message if the file unpacks to more than an import reads.
 *
 * @param openKey opens the key of the pseudonyms
 */
export async function convertFile(
  file: File,
  names: Names,
  answers: ImportOptions,
  openKey: () => Promise<{ key: CryptoKey }>,
): Promise<{ file: File; conversion: Conversion } | null> {
  if (file.size > FILE_BYTES || (await holdsLines(file))) return null
  const bytes = await readWhole(file)
  const read = readFiles([{ name: file.name, bytes }], FORMATS, answers)
  let key: Promise<{ key: CryptoKey }> | null = null
  const pseudonym = async (id: string) => {
    key ??= openKey()
    return pseudonymise((await key).key, 'job', id)
  }
  const result = await finishImport(read, answers, [], { names: new NameIndex(names), pseudonym })
  const lines = [...result.samples, ...result.runs].map((line) => `${JSON.stringify(line)}\n`)
  return { file: new File(lines, 'samples.jsonl'), conversion: toConversion(read, result) }
}

/** The bytes of a file, unpacked. */
async function readWhole(file: File): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for (const reader = (await unpackFile(file)).getReader(); ; ) {
    const { done, value } = await reader.read()
    if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer())
    size += value.length
    if (size > RESULT_BYTES)
      throw new Error(`The file unpacks to more than ${RESULT_BYTES / 1e6} MB. Split it, or share fewer runs at once.`)
    chunks.push(value as Uint8Array<ArrayBuffer>)
  }
}

/** Whether a file holds samples or runs of orch, or nothing: a damaged one is for the check to name. */
async function holdsLines(file: File): Promise<boolean> {
  const text = await readStart(file)
  return text.trim() === '' || text.split('\n').some(isLine)
}

/** The first bytes of a file as text; fewer if it is damaged. */
async function readStart(file: File): Promise<string> {
  const reader = (await unpackFile(file)).getReader()
  const decoder = new TextDecoder()
  let text = ''
  while (text.length < PROBED_BYTES) {
    const { value } = await reader.read().catch(() => ({ value: undefined }))
    if (value === undefined) break
    text += decoder.decode(value.subarray(0, PROBED_BYTES), { stream: true })
  }
  await reader.cancel().catch(() => undefined)
  return text
}

function isLine(line: string): boolean {
  return line.startsWith('{') && /"(?:job_id|origin)"\s*:/.test(line) && /"engine_version"\s*:/.test(line)
}

function toConversion(read: FilesRead, { groups, samples, runs, problems, missing }: ImportResult): Conversion {
  const reasons = [...groupBy(problems, ({ kind, reason }) => `${kind} ${reason}`).values()].map((group) => {
    const { kind, reason } = group[0]!
    return { kind, reason, units: group.reduce((sum, { units }) => sum + units, 0) }
  })
  return {
    formats: [...new Set(read.files.flatMap(({ formats }) => formats))],
    groups,
    samples: samples.length,
    runs: runs.length,
    reasons,
    missing: missing.map(({ option, what, why, units }) => ({ option, what, why, units })),
  }
}
