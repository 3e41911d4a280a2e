import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { checkSubjects, inBenchFolder, readCount } from '../gateway/bench_folder.ts'
import { compileOrch } from '../gateway/orch.ts'
import { cpuTimeUs, Helper, residentMb } from '../gateway/processes.ts'
import { median, quantile } from '../gateway/statistics.ts'
import { printAim, printTable } from '../gateway/table.ts'
import { startInfluxdb } from './influxdb.ts'
import { countStored, type Receiver, startCollect, startNginxReceiver } from './receivers.ts'
import type { Preparation, Sending, Sent } from './sender_types.ts'
import { MemoryWatch } from './watch_memory.ts'

export const COLLECT_HELP = `The receiver (orch collect, compiled as it is published), on 127.0.0.1, with senders in processes of their own that post
  batches of 500 samples, gzip, prepared before:
  rate      as fast as they are answered; beside it nginx (one worker) that writes the same bodies to files, without unpacking, checking or
            syncing anything, and InfluxDB 1.6, which takes the same samples as points of its own; both are installed with apt-get if they are
            missing and the bench runs as root
  steady    20,000 samples/s, whatever the answers: how long a batch takes
  invalid   batches with 0, 5, 50 and 100 % of lines that the contract does not allow
  overload  1.5 × the rate that was accepted: refusals, memory, and whether every sample is on the disk once in the end

  --turns N       turns of each receiver; medians count (default: 3)
  --seconds N     length of the overload (default: 60)
  --batches N     batches of a turn (default: 600)
  --subject S     rate, steady, invalid or overload; may be given again (default: all)
`

const SUBJECTS = ['rate', 'steady', 'invalid', 'overload'] as const
const SAMPLES = 500
const SENDERS = 2
/** Connections of each sender. */
const CONNECTIONS = 4
const AIM_PER_S = 20_000
const AIM_MB = 150
const AIM_P99_MS = 50
const OVERLOAD = 1.5

interface Options {
  turns: number
  seconds: number
  batches: number
  subjects: readonly string[]
}

/** What the senders together saw, and what it took of the receiver. */
interface Turn {
  samples_per_s: number
  /** Lines with any verdict. */
  lines_per_s: number
  cpu_us: number
  p50_ms: number
  p99_ms: number
  peak_mb: number
  sent: Sent[]
}

/** Measures the receiver and prints a table for each subject. Ends every process that it started, and removes its folder. */
export async function benchCollect(args: readonly string[]): Promise<void> {
  const options = readOptions(args)
  await inBenchFolder((folder) => measure(folder, options))
}

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      turns: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '60' },
      batches: { type: 'string', default: '600' },
      subject: { type: 'string', multiple: true, default: [...SUBJECTS] },
    },
  })
  checkSubjects(values.subject, SUBJECTS)
  return {
    turns: readCount('--turns', values.turns),
    seconds: readCount('--seconds', values.seconds),
    batches: readCount('--batches', values.batches),
    subjects: values.subject,
  }
}

async function measure(folder: string, options: Options): Promise<void> {
  describeMachine()
  const home = compileOrch(folder)
  const senders = await Promise.all(Array.from({ length: SENDERS }, startSender))
  const bench = { folder, home, senders, options }
  const is = (subject: (typeof SUBJECTS)[number]) => options.subjects.includes(subject)
  let accepted_per_s = AIM_PER_S
  if (is('rate')) accepted_per_s = await benchRate(bench)
  if (is('steady')) await benchSteady(bench)
  if (is('invalid')) await benchInvalid(bench)
  if (is('overload')) await benchOverload(bench, accepted_per_s)
  describeMachine()
}

interface Bench {
  folder: string
  home: string
  senders: readonly Helper[]
  options: Options
}

async function startSender(): Promise<Helper> {
  const sender = new Helper('../collect/sender.ts')
  await sender.receive('started')
  return sender
}

async function benchRate({ folder, home, senders, options }: Bench): Promise<number> {
  const receivers = [await startCollect(home, folder), await startNginxReceiver(folder), await startInfluxdb(folder)]
  const turns: Turn[][] = receivers.map(() => [])
  for (let turn = 0; turn < options.turns; turn++) {
    await prepare(senders, { batches: options.batches, invalid: 0, seed: turn, points: true })
    for (const [i, receiver] of receivers.entries()) turns[i]!.push(await takeTurn(senders, receiver))
  }
  await Promise.all(receivers.map(({ stop }) => stop()))
  const rows = receivers.map(({ name }, i) => formatRow(name, turns[i]!))
  printTable(`As fast as they are answered, ${SENDERS * CONNECTIONS} connections`, COLUMNS, rows)
  const rate = median(turns[0]!.map(({ samples_per_s }) => samples_per_s))
  const peak_mb = Math.max(...turns[0]!.map((turn) => turn.peak_mb))
  printAim(`${format(AIM_PER_S)} accepted samples/s`, format(rate), rate >= AIM_PER_S)
  printAim(`at most ${AIM_MB} MB resident`, `${format(peak_mb)} MB`, peak_mb <= AIM_MB)
  return rate
}

async function benchSteady({ folder, home, senders, options }: Bench): Promise<void> {
  const receiver = await startCollect(home, folder)
  const turns: Turn[] = []
  for (let turn = 0; turn < options.turns; turn++) {
    await prepare(senders, { batches: options.batches, invalid: 0, seed: turn })
    turns.push(await takeTurn(senders, receiver, AIM_PER_S))
  }
  await receiver.stop()
  printTable(`${format(AIM_PER_S)} samples/s, whatever the answers`, COLUMNS, [formatRow(receiver.name, turns)])
  const p99_ms = median(turns.map((turn) => turn.p99_ms))
  printAim(`99 % of batches within ${AIM_P99_MS} ms`, `${p99_ms.toFixed(1)} ms`, p99_ms <= AIM_P99_MS)
}

async function benchInvalid({ folder, home, senders, options }: Bench): Promise<void> {
  const rows: string[][] = []
  for (const invalid of [0, 0.05, 0.5, 1]) {
    const receiver = await startCollect(home, folder)
    await prepare(senders, { batches: options.batches, invalid, seed: 1 })
    const turn = await takeTurn(senders, receiver)
    await receiver.stop()
    rows.push([`${100 * invalid} %`, format(turn.lines_per_s), ...formatRow('', [turn]).slice(1)])
  }
  const [, ...columns] = COLUMNS
  printTable('Invalid lines', ['invalid', 'lines/s', 'accepted/s', ...columns.slice(1)], rows)
}

async function benchOverload({ folder, home, senders, options }: Bench, accepted_per_s: number): Promise<void> {
  const receiver = await startCollect(home, folder)
  const offered_per_s = OVERLOAD * accepted_per_s
  await prepare(senders, { batches: Math.ceil((offered_per_s * options.seconds) / SAMPLES), invalid: 0, seed: 1 })
  const memory = new MemoryWatch(receiver.pid)
  const turn = await takeTurn(senders, receiver, offered_per_s, { connections: 128, again: true })
  const quarters_mb = memory.stop()
  await receiver.stop()
  const sum = (pick: (sent: Sent) => number) => turn.sent.reduce((total, sent) => total + pick(sent), 0)
  const statuses = new Map<string, number>()
  for (const { statuses: seen } of turn.sent)
    for (const [status, n] of Object.entries(seen)) statuses.set(status, (statuses.get(status) ?? 0) + n)
  const stored = countStored(receiver.dir)
  const accepted = sum((sent) => sent.accepted + sent.again.accepted)
  printTable(
    `${format(offered_per_s)} samples/s offered for ${options.seconds} s (${OVERLOAD} × what was accepted), ${SENDERS * 128} connections`,
    ['', 'found'],
    [
      ['answers', [...statuses].map(([status, n]) => `${format(n)} × ${status}`).join(', ')],
      ['requests without an answer', format(sum(({ failed }) => failed))],
      ['refusals without Retry-After', format(sum(({ without_retry_after }) => without_retry_after))],
      ['accepted/s meanwhile', format(turn.samples_per_s)],
      ['p50, p99 of accepted batches', `${turn.p50_ms.toFixed(0)}, ${turn.p99_ms.toFixed(0)} ms`],
      ['resident memory by quarter of the time', `${quarters_mb.map(format).join(', ')} MB`],
      ['accepted in the end, refused batches sent again', format(accepted)],
      ['on the disk, and of these twice', `${format(stored.lines)}, ${format(stored.repeated)}`],
    ],
  )
  const isLost = stored.lines - stored.repeated !== accepted
  printAim('accepted = on the disk', `${format(accepted)}, ${format(stored.lines)}`, !isLost && stored.repeated === 0)
  const refused = (statuses.get('503') ?? 0) + (statuses.get('429') ?? 0)
  const isRefused = refused > 0 && sum((sent) => sent.without_retry_after + sent.failed) === 0
  printAim('what is too much is refused with Retry-After', `${format(refused)} batches`, isRefused)
  const growth_mb = quarters_mb[3]! - quarters_mb[1]!
  const ids_mb = (accepted * BYTES_PER_ID) / 1e6
  printAim(
    `no growth beyond ${format(ids_mb)} MB of job ids`,
    `${format(growth_mb)} MB`,
    growth_mb <= ids_mb + NOISE_MB,
  )
}

/** What a job id takes that the receiver knows a repetition by. */
const BYTES_PER_ID = 15
const NOISE_MB = 10

interface Batches {
  batches: number
  invalid: number
  seed: number
  points?: boolean
}

async function prepare(senders: readonly Helper[], { batches, points = false, ...rest }: Batches): Promise<void> {
  const share = Math.ceil(batches / senders.length)
  await Promise.all(
    senders.map((sender, i) => {
      const preparation: Preparation = {
        ...{ batches: share, samples: SAMPLES, points, invalid: rest.invalid },
        seed: rest.seed * senders.length + i,
      }
      sender.send({ prepare: preparation })
      return sender.receive('prepared')
    }),
  )
}

async function takeTurn(
  senders: readonly Helper[],
  { pid, ...receiver }: Receiver,
  samples_per_s: number | null = null,
  { connections = CONNECTIONS, again = false } = {},
): Promise<Turn> {
  const batches_per_s = samples_per_s === null ? null : samples_per_s / SAMPLES / senders.length
  const before_us = cpuTimeUs(pid)
  const sent = await Promise.all(
    senders.map((sender) => {
      const { port, path, form, token } = receiver
      const sending: Sending = { port, path, form, token, connections, batches_per_s, again }
      sender.send({ send: sending })
      return sender.receive<Sent>('sent')
    }),
  )
  const cpu_us = cpuTimeUs(pid) - before_us
  const sum = (pick: (each: Sent) => number) => sent.reduce((total, each) => total + pick(each), 0)
  const seconds = Math.max(...sent.map((each) => each.seconds))
  const accepted = sum((each) => each.accepted)
  const lines = accepted + sum((each) => each.rejected + each.duplicates)
  const latencies = sent.flatMap(({ latencies_ms }) => latencies_ms)
  return {
    samples_per_s: accepted / seconds,
    lines_per_s: lines / seconds,
    cpu_us: cpu_us / lines,
    p50_ms: quantile(latencies, 0.5),
    p99_ms: quantile(latencies, 0.99),
    peak_mb: residentMb(pid).peak,
    sent,
  }
}

const COLUMNS = ['receiver', 'accepted/s', 'CPU µs/line', 'p50 ms', 'p99 ms', 'peak MB']

function formatRow(name: string, turns: readonly Turn[]): string[] {
  const of = (pick: (turn: Turn) => number) => median(turns.map(pick))
  return [
    name,
    format(of((turn) => turn.samples_per_s)),
    of((turn) => turn.cpu_us).toFixed(1),
    of((turn) => turn.p50_ms).toFixed(1),
    of((turn) => turn.p99_ms).toFixed(1),
    format(Math.max(...turns.map((turn) => turn.peak_mb))),
  ]
}

function format(value: number): string {
  return Math.round(value).toLocaleString('en')
}

/** Load of others is the first thing to look at where a figure surprises. */
function describeMachine(): void {
  const load = loadavg()[0]!.toFixed(1)
  console.log(`\nNode ${process.versions.node}, ${availableParallelism()} cores, load average ${load}`)
}

if (import.meta.main) {
  if (process.argv.includes('--help')) console.log(COLLECT_HELP)
  else await benchCollect(process.argv.slice(2))
}
