import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Field } from './contenders.ts'
import { fillBuffer } from './fill_buffer.ts'
import type { LoadResult } from './load_types.ts'
import { startOrch } from './orch.ts'
import { Helper, type Program, residentMb, sleep, startProgram } from './processes.ts'
import { printAim, printTable } from './table.ts'

const BUFFER_BYTES = 1_000_000_000
const AIM_MB = 120
/** Start-up is over, and the upload under way. */
const IDLE_S = 8
const LOAD = { streams: 32, tokens: 25, tpot_ms: 20 }

interface Memory {
  name: string
  idle_mb: number
  load_mb: number
  peak_mb: number
  /** Samples that the sink has got; null where there is none. */
  sent: number | null
}

/** Measures resident memory with an empty buffer and with one of 1 GB that is being sent, idle and under load, and prints it. */
export async function benchMemory(field: Field, folder: string, seconds: number): Promise<void> {
  const receiver = new Helper('receiver.ts')
  const port = await receiver.receive<number>('port')
  const jsonl = `[telemetry.jsonl]\npath = ${JSON.stringify(join(folder, 'samples.jsonl'))}\n`
  const http = `[telemetry.http]\nurl = "http://127.0.0.1:${port}/"\n`
  const bare_mb = await measureBareNode()
  const found = [
    await measure('telemetry off', field, folder, { enabled: false, seconds }),
    await measure('empty buffer, no sink', field, folder, { enabled: true, seconds }),
    await measure('1 GB, jsonl sink', field, folder, { enabled: true, sink: jsonl, filled: true, seconds }),
    await measure('1 GB, HTTP sink', field, folder, { enabled: true, sink: http, filled: true, seconds }),
  ]
  await receiver.stop()
  const rows = found.map(({ name, idle_mb, load_mb, peak_mb, sent }) => [
    name,
    ...[idle_mb, load_mb, peak_mb].map(mb),
    sent === null ? '' : sent.toLocaleString('en'),
  ])
  const title = `Resident memory of orch serve in MB, under load: ${LOAD.streams} streams of ${1000 / LOAD.tpot_ms} tokens/s for ${seconds} s. Node alone has ${mb(bare_mb)} MB`
  printTable(title, ['gateway', 'idle', 'under load', 'peak', 'samples sent'], rows)
  const full = found.filter(({ sent }) => sent !== null)
  const [idle, peak] = [
    Math.max(...full.map(({ idle_mb }) => idle_mb)),
    Math.max(...full.map(({ peak_mb }) => peak_mb)),
  ]
  printAim(`< ${AIM_MB} MB resident with 1 GB of buffer, idle`, `${idle.toFixed(1)} MB`, idle < AIM_MB)
  printAim(`< ${AIM_MB} MB resident with 1 GB of buffer, highest under load`, `${peak.toFixed(1)} MB`, peak < AIM_MB)
}

interface Setting {
  enabled: boolean
  sink?: string
  filled?: boolean
  seconds: number
}

async function measure(name: string, field: Field, folder: string, setting: Setting): Promise<Memory> {
  const { enabled, sink = '', filled = false, seconds } = setting
  const dir = mkdtempSync(join(folder, 'buffer-'))
  if (filled) fillBuffer(dir, BUFFER_BYTES)
  // Room for all of it: what retention drops would not be in the way.
  const buffer = enabled ? `[telemetry.buffer]\ndir = ${JSON.stringify(dir)}\nmax_bytes = ${2 * BUFFER_BYTES}\n` : ''
  const { home, engine_port, load } = field
  const orch = await startOrch({ home, folder, engine_port, enabled, settings: buffer + sink })
  try {
    await sleep(IDLE_S * 1000)
    const idle = residentMb(orch.pid)
    load.send({ ...LOAD, port: orch.port, duration_s: seconds })
    await load.receive<LoadResult>('result')
    const { now, peak } = residentMb(orch.pid)
    const sent = sink === '' ? null : await readSent(orch)
    return { name, idle_mb: idle.now, load_mb: now, peak_mb: peak, sent }
  } finally {
    await orch.stop()
  }
}

async function readSent({ port }: Program & { port: number }): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return Number(/^orch_sink_sent_total\{[^}]*\} (\d+)$/m.exec(metrics)?.[1] ?? 0)
}

async function measureBareNode(): Promise<number> {
  const script = 'console.log("up");setInterval(()=>{},1000)'
  const isUp = (printed: string) => (printed.includes('up') ? true : null)
  const node = await startProgram([process.execPath, '-e', script], isUp)
  await sleep(500)
  const { now } = residentMb(node.pid)
  await node.stop()
  return now
}

function mb(value: number): string {
  return value.toFixed(0)
}
