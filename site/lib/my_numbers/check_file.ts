import type { BenchmarkRun } from '../../../contracts/benchmark_run.ts'
import { FILE_BYTES, UNPACKED_BYTES } from '../../../contracts/limits.ts'
import { NameIndex } from '../../../contracts/name_index.ts'
import type { Problem } from '../../../contracts/problem.ts'
import type { TelemetryEvent } from '../../../contracts/telemetry_event.ts'
import { anonymiseSample, isAnonymised } from './anonymise_sample.ts'
import { checkLine } from './check_line.ts'
import { LineSplitter } from './line_splitter.ts'
import { MOST_PREPARED_BYTES } from './pull_request.ts'
import { type AnonymousFile, type Finding, MOST_FINDINGS, type Report, type Task } from './report.ts'
import { GroupTally } from './tally_groups.ts'
import { unpackFile } from './unpack_file.ts'

/** The key of the pseudonyms, and whether it is stored for the next visit. */
export interface Key {
  key: CryptoKey
  kept: boolean
}

export interface CheckOptions extends Omit<Task, 'answers'> {
  openKey: () => Promise<Key>
  /** @param bytes of the file as it lies on the disk */
  onProgress: (bytes: number, lines: number) => void
}

/** Lines per batch; progress is reported after each. */
const BATCH = 2000

/** Checks, counts and anonymises a file of samples. Rejects with a readable message if the file cannot be read. */
export async function checkFile(options: CheckOptions): Promise<Report> {
  const { file } = options
  if (file.size > FILE_BYTES)
    throw new Error(`The file has ${formatMb(file.size)}, more than the ${formatMb(FILE_BYTES)} allowed for an export.`)
  const check = new FileCheck(options)
  let bytes = 0
  const unpacked = await unpackFile(file, (read) => {
    bytes += read
  })
  for await (const lines of readBatches(unpacked)) {
    await check.add(lines)
    options.onProgress(bytes, check.lines)
  }
  return check.finish()
}

/** Counts the lines of a file by verdict. */
class FileCheck {
  lines = 0
  readonly #options: CheckOptions
  readonly #names: NameIndex
  readonly #tally = new GroupTally()
  readonly #counts = { accepted: 0, rejected: 0, quarantined: 0, duplicate: 0 }
  readonly #findings: Finding[] = []
  #findingsTotal = 0
  #number = 0
  #key: Promise<Key> | null = null
  #anonymised = 0
  readonly #jobs = new Map<string, number>()
  readonly #exported = new Map<string, string>()

  constructor(options: CheckOptions) {
    this.#options = options
    this.#names = new NameIndex(options.reference.names)
  }

  async add(lines: readonly (string | null)[]): Promise<void> {
    const valid: Line[] = []
    for (const line of lines) {
      this.#number++
      if (line !== null && line.trim() === '') continue
      this.lines++
      const judged = this.#judge(line)
      if (judged) valid.push(judged)
    }
    await this.#anonymise(valid)
  }

  async finish(): Promise<Report> {
    const { accepted, rejected, quarantined, duplicate } = this.#counts
    return {
      lines: this.lines,
      accepted,
      rejected,
      quarantined,
      duplicates: duplicate,
      groups: this.#tally.groups(),
      findings: this.#findings,
      findingsTotal: this.#findingsTotal,
      export: await this.#exportFile(),
      conversion: null,
    }
  }

  /** What a line holds, unless it is rejected or a duplicate. */
  #judge(line: string | null): Line | null {
    const judged = checkLine(line, this.#names, this.#options.month)
    const first = judged.verdict === 'rejected' ? undefined : this.#jobs.get(identityOf(judged.line))
    if (first !== undefined) {
      this.#note('duplicate', [repeated(first)])
      return null
    }
    if (judged.verdict === 'accepted') {
      this.#counts.accepted++
      this.#tally.add(judged.line, judged.known)
    } else this.#note(judged.verdict, judged.problems)
    if (judged.verdict === 'rejected') return null
    this.#jobs.set(identityOf(judged.line), this.#number)
    return judged.line
  }

  #note(verdict: Finding['verdict'], problems: readonly Problem[]): void {
    this.#counts[verdict]++
    this.#findingsTotal += problems.length
    const room = MOST_FINDINGS - this.#findings.length
    for (const problem of problems.slice(0, room)) this.#findings.push({ line: this.#number, verdict, problem })
  }

  async #anonymise(lines: readonly Line[]): Promise<void> {
    const done = await Promise.all(
      lines.map((line) => ('origin' in line || isAnonymised(line) ? line : this.#anonymiseOne(line))),
    )
    for (const line of done) this.#exported.set(identityOf(line), JSON.stringify(line))
  }

  async #anonymiseOne(sample: TelemetryEvent): Promise<TelemetryEvent> {
    // Caches the promise, not the key: the samples of a batch ask concurrently and must get the same key.
    this.#key ??= this.#options.openKey()
    this.#anonymised++
    return anonymiseSample(sample, (await this.#key).key)
  }

  /** Sorted by pseudonym, which hides the order in which the tasks ran. */
  async #exportFile(): Promise<AnonymousFile | null> {
    if (this.#exported.size === 0) return null
    const ids = [...this.#exported.keys()].sort()
    const text = new Blob(ids.map((id) => `${this.#exported.get(id)}\n`))
    const compressed = text.size > FILE_BYTES
    const blob = compressed ? await compress(text) : text
    const keyKept = (await this.#key)?.kept ?? true
    const short = text.size <= MOST_PREPARED_BYTES ? await text.text() : null
    const digest = await digestOf(ids)
    return { blob, digest, text: short, samples: ids.length, anonymised: this.#anonymised, compressed, keyKept }
  }
}

type Line = TelemetryEvent | BenchmarkRun

/** What identifies a task or a run. */
function identityOf(line: Line): string {
  return 'origin' in line ? line.origin : line.job_id
}

function repeated(line: number): Problem {
  const found = `the job of line ${line}`
  return { column: 1, path: '$.job_id', expected: 'each sample once', found, fix: 'none needed: it counts once' }
}

/** The lines of a stream, in batches. */
async function* readBatches(stream: ReadableStream<Uint8Array>): AsyncGenerator<(string | null)[]> {
  const splitter = new LineSplitter()
  let batch: (string | null)[] = []
  let size = 0
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read().catch(refuseDamaged)
    if (done) break
    size += value.length
    if (size > UNPACKED_BYTES) throw new Error(`The file unpacks to more than ${formatMb(UNPACKED_BYTES)}.`)
    for (const line of splitter.push(value)) {
      batch.push(line)
      if (batch.length < BATCH) continue
      yield batch
      batch = []
    }
  }
  yield [...batch, ...splitter.end()]
}

function refuseDamaged(cause: unknown): never {
  throw new Error('The file could not be read to its end. Is it a complete .jsonl, .jsonl.gz or .jsonl.zst file?', {
    cause,
  })
}

/** Eight hexadecimal digits that stand for a set of tasks, so that another contribution of a month has another name. */
async function digestOf(ids: readonly string[]): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(ids.join('\n'))))
  return Array.from(hash.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function compress(text: Blob): Promise<Blob> {
  return new Response(text.stream().pipeThrough(new CompressionStream('gzip'))).blob()
}

function formatMb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
