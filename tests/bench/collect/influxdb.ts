import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findFreePort, installProgram } from '../../support/nginx.ts'
import { startProgram } from '../gateway/processes.ts'
import type { Receiver } from './receivers.ts'

/**
 * InfluxDB 1.6 of Debian: a database that takes the same samples as points of its line protocol, gzip, parses and indexes them, and syncs its
 * log before it answers.
 */
export async function startInfluxdb(folder: string): Promise<Receiver> {
  installProgram(['influxd', 'version'], 'influxdb')
  const own = mkdtempSync(join(folder, 'influxdb-'))
  const [port, rpc] = [await findFreePort(), await findFreePort()]
  writeFileSync(join(own, 'influxdb.conf'), formatConfig(own, port, rpc))
  const url = `http://127.0.0.1:${port}`
  const answers = () =>
    fetch(`${url}/ping`).then(
      ({ ok }) => ok || null,
      () => null,
    )
  const command = ['/usr/bin/env', 'influxd', '-config', join(own, 'influxdb.conf')] as const
  const { pid, stop } = await startProgram(command, answers)
  await fetch(`${url}/query?q=CREATE%20DATABASE%20bench`, { method: 'POST' })
  return { name: 'InfluxDB, points', port, pid, stop, token: 'none', path: '/write?db=bench', form: 'points' }
}

function formatConfig(folder: string, port: number, rpc: number): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
wal-fsync-delay = "0s"
query-log-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
log-enabled = false
write-tracing = false
[monitor]
store-enabled = false
[logging]
level = "error"
`
}

const TAGS = ['model_ref', 'engine', 'engine_version', 'gpu_name', 'exit', 'quantization', 'measurement_type'] as const
const NUMBERS = [
  ...(['vram_total_mb', 'vram_used_mb_peak', 'tokens_in', 'tokens_out', 'first_token_ms', 'decode_time_ms'] as const),
  ...(['gpu_count', 'concurrency'] as const),
]

/** A sample as a point: what few values are known of as tags, numbers and the id as fields, a time of its own. */
export function toPoint(line: string, time_ns: bigint): string {
  const sample = JSON.parse(line) as Record<string, string | number | null>
  const tags = TAGS.map((name) => `${name}=${String(sample[name]).replace(/[ ,=]/g, '\\$&')}`)
  const numbers = NUMBERS.filter((name) => sample[name] !== null).map((name) => `${name}=${sample[name]}`)
  return `sample,${tags.join(',')} job_id="${sample.job_id}",${numbers.join(',')} ${time_ns}`
}
