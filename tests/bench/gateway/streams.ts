import type { Contender, Field } from './contenders.ts'
import type { Load, LoadResult } from './load_types.ts'
import { cpuTimeUs } from './processes.ts'
import { median, quantile } from './statistics.ts'
import { printAim, printTable } from './table.ts'

/** What one turn of a contender gave. */
interface Turn {
  ttft_p50_ms: number
  ttft_p99_ms: number
  tokens_per_s: number
  /** CPU time of whoever is between client and engine, per token; null for direct access. */
  cpu_us: number | null
  requests: number
}

export interface StreamOptions {
  turns: number
  /** Length of a turn with paced streams. */
  seconds: number
  streams: readonly number[]
}

const AIM_STREAMS = 32
const AIM_TTFT_MS = 1
const AIM_THROUGHPUT = 0.9
/** Fifty tokens per second, half a second per answer; one stream alone asks more often, else its turn would hold few requests. */
const TPOT_MS = 20
const PACED_TOKENS = { one: 5, many: 25 }
/** Tokens of a turn at full speed, over all streams. */
const FAST_TOKENS = 192_000
/** A gateway runs for weeks: what it does in its first seconds, while V8 still compiles, is not what clients meet. */
const WARM_UP = { streams: 32, seconds: 10 }

/** Measures TTFT on paced streams, all contenders in turns, and prints it. */
export async function benchTtft(field: Field, contenders: readonly Contender[], options: StreamOptions) {
  await measureTurns(field, contenders, 1, paced(WARM_UP.streams, WARM_UP.seconds))
  for (const streams of options.streams)
    printPaced(streams, await measureTurns(field, contenders, options.turns, paced(streams, options.seconds)))
}

function paced(streams: number, duration_s: number): Work {
  return { streams, tokens: streams === 1 ? PACED_TOKENS.one : PACED_TOKENS.many, tpot_ms: TPOT_MS, duration_s }
}

/** Measures throughput on streams at full speed, all contenders in turns, and prints it. */
export async function benchThroughput(field: Field, contenders: readonly Contender[], options: StreamOptions) {
  await measureTurns(field, contenders, 1, fast(WARM_UP.streams))
  for (const streams of options.streams)
    printFast(streams, await measureTurns(field, contenders, options.turns, fast(streams)))
}

function fast(streams: number): Work {
  return { streams, tokens: Math.ceil(FAST_TOKENS / streams / 2), tpot_ms: 0, requests: 2 }
}

type Turns = Map<string, Turn[]>
type Work = Omit<Load, 'port'>

/** Contenders take turns, so that whatever else the machine does meets all of them. */
async function measureTurns(
  { load }: Field,
  contenders: readonly Contender[],
  turns: number,
  work: Work,
): Promise<Turns> {
  const measured: Turns = new Map(contenders.map(({ name }) => [name, []]))
  for (let turn = 0; turn < turns; turn++)
    for (const contender of rotate(contenders, turn)) {
      load.send({ ...work, port: contender.port })
      measured.get(contender.name)!.push(await measureTurn(load, contender))
    }
  return measured
}

async function measureTurn(load: Field['load'], { pid }: Contender): Promise<Turn> {
  const result = load.receive<LoadResult>('result')
  await load.receive('started')
  const before_us = pid === null ? null : cpuTimeUs(pid)
  const { first_token_ms, tokens, seconds } = await result
  return {
    ttft_p50_ms: quantile(first_token_ms, 0.5),
    ttft_p99_ms: quantile(first_token_ms, 0.99),
    tokens_per_s: tokens / seconds,
    cpu_us: pid === null ? null : (cpuTimeUs(pid) - before_us!) / tokens,
    requests: first_token_ms.length,
  }
}

function printPaced(streams: number, measured: Turns): void {
  const direct = measured.get('direct')!
  const rows = [...measured].map(([name, turns]) => [
    name,
    String(turns.reduce((sum, { requests }) => sum + requests, 0)),
    ms(median(turns.map((turn) => turn.ttft_p50_ms))),
    ms(median(turns.map((turn) => turn.ttft_p99_ms))),
    name === 'direct' ? '' : ms(added(turns, direct, 'ttft_p50_ms')),
    name === 'direct' ? '' : ms(added(turns, direct, 'ttft_p99_ms')),
    cpu(turns),
  ])
  const columns = ['way', 'requests', 'TTFT p50 ms', 'p99 ms', 'added p50 ms', 'added p99 ms', 'CPU µs/token']
  const title = `TTFT, ${count(streams)} of ${1000 / TPOT_MS} tokens/s; medians of ${direct.length} turns, added to direct access of the same turn`
  printTable(title, columns, rows)
  if (streams !== AIM_STREAMS) return
  for (const name of [...measured.keys()].filter((known) => known.startsWith('orch'))) {
    const found = added(measured.get(name)!, direct, 'ttft_p99_ms')
    printAim(`p99 of added TTFT < ${AIM_TTFT_MS} ms (${name})`, `${ms(found)} ms`, found < AIM_TTFT_MS)
  }
}

function printFast(streams: number, measured: Turns): void {
  const nginx = measured.get('nginx')!
  const ratio = (turns: readonly Turn[]) => median(turns.map((turn, i) => turn.tokens_per_s / nginx[i]!.tokens_per_s))
  const rows = [...measured].map(([name, turns]) => [
    name,
    Math.round(median(turns.map((turn) => turn.tokens_per_s))).toLocaleString('en'),
    ratio(turns).toFixed(2),
    cpu(turns),
  ])
  const columns = ['way', 'tokens/s', '× nginx', 'CPU µs/token']
  printTable(`Throughput, ${count(streams)} as fast as they are taken; medians of ${nginx.length} turns`, columns, rows)
  for (const [name, turns] of measured)
    if (name.startsWith('orch'))
      printAim(
        `>= ${AIM_THROUGHPUT} × nginx's token throughput (${name}, ${count(streams)})`,
        ratio(turns).toFixed(2),
        ratio(turns) >= AIM_THROUGHPUT,
      )
}

function added(turns: readonly Turn[], direct: readonly Turn[], key: 'ttft_p50_ms' | 'ttft_p99_ms'): number {
  return median(turns.map((turn, i) => turn[key] - direct[i]![key]))
}

function cpu(turns: readonly Turn[]): string {
  const known = turns.flatMap(({ cpu_us }) => (cpu_us === null ? [] : [cpu_us]))
  return known.length === 0 ? '' : median(known).toFixed(1)
}

function count(streams: number): string {
  return streams === 1 ? '1 stream' : `${streams} streams`
}

function ms(value: number): string {
  return value.toFixed(2)
}

function rotate<T>(values: readonly T[], by: number): T[] {
  return values.map((_, i) => values[(i + by) % values.length]!)
}
