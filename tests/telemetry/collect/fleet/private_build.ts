import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import type { FleetAccount } from './fleet.ts'

const ROOT = join(import.meta.dirname, '../../../..')

/** Builds the private tables from what was exported to `<folder>/data/exports`; returns what they do not show. */
export function checkPrivateBuild(folder: string, { hosts }: FleetAccount): string[] {
  const [data, out] = [join(folder, 'data'), join(folder, 'out', 'data')]
  for (const part of ['catalog', 'policy.json']) cpSync(join(ROOT, 'data', part), join(data, part), { recursive: true })
  mkdirSync(join(data, 'curated'))
  const options = ['--data', data, '--out', out, '--audience', 'private', '--no-cache']
  execFileSync(process.execPath, [join(ROOT, 'pipeline/cli.ts'), ...options], { stdio: 'ignore' })
  const rows = tableFromIPC(readFileSync(join(out, 'matrix.arrow'))).toArray() as unknown as MatrixRow[]
  const names = new Map(readGpus().map(({ id, name }) => [id, name]))
  return hosts.flatMap(({ name, gpu_name, stored }) => {
    const row = rows.find(({ gpu_id }) => names.get(gpu_id) === gpu_name)
    if (!row) return [`${name}: no row of ${gpu_name}`]
    const isWhole = Number(row.samples) === stored
    const hasFigures = row.ttft_ms_p50 > 0 && row.decode_tps_p50 > 0
    return isWhole && hasFigures ? [] : [`${name}: ${stored} samples, found ${JSON.stringify(row)}`]
  })
}

interface MatrixRow {
  gpu_id: string
  samples: number | bigint
  ttft_ms_p50: number
  decode_tps_p50: number
}

interface Gpu {
  id: string
  name: string
}

function readGpus(): Gpu[] {
  const { gpus } = JSON.parse(readFileSync(join(ROOT, 'data/catalog/gpus.json'), 'utf8')) as { gpus: Gpu[] }
  return gpus
}
