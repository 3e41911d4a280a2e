import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { Manifest } from '../../../../contracts/index.ts'
import { buildSite, siteFolders } from '../../../site/support/build_site.ts'
import type { FleetAccount } from './fleet.ts'
import { MODEL } from './host.ts'

const ROOT = join(import.meta.dirname, '../../../..')

/** Builds the private tables from what was exported to `<folder>/data/exports`; returns what they do not show. */
export function checkPrivateTables(folder: string, { hosts }: FleetAccount): string[] {
  const { data, published } = siteFolders(folder)
  for (const part of ['catalog', 'policy.json']) cpSync(join(ROOT, 'data', part), join(data, part), { recursive: true })
  mkdirSync(join(data, 'curated'))
  const options = ['--data', data, '--out', published, '--audience', 'private', '--no-cache']
  execFileSync(process.execPath, [join(ROOT, 'pipeline/cli.ts'), ...options], { stdio: 'ignore' })
  const manifest = Manifest.parse(JSON.parse(readFileSync(join(published, 'manifest.json'), 'utf8')))
  const rows = readMatrix(published)
  return hosts.flatMap(({ name, gpu_name, stored }) => {
    const files = manifest.inputs.filter(({ contributor }) => contributor === name)
    const count = (pick: (file: (typeof files)[number]) => number) => files.reduce((sum, file) => sum + pick(file), 0)
    const [accepted, quarantined] = [count((file) => file.accepted), count((file) => file.quarantined)]
    const found = `${accepted} accepted and ${quarantined} quarantined`
    const faults = accepted + quarantined === stored ? [] : [`${name}: ${stored} samples stored, found ${found}`]
    // On a busy machine tokens come together, so that a speed may be more than the GPU can have.
    if (accepted > 0 && !rows.has(idOf(gpu_name))) faults.push(`${name}: no figures of ${gpu_name}`)
    return faults
  })
}

/** Builds the site from these tables; returns which hosts' figures it does not show. */
export function checkPrivateSite(folder: string, { hosts }: FleetAccount): string[] {
  const folders = siteFolders(folder)
  buildSite(folders)
  const rows = readMatrix(folders.published)
  return hosts.flatMap(({ name, gpu_name }) => {
    const id = idOf(gpu_name)
    const path = join(folders.site, 'gpus', id, 'index.html')
    const page = existsSync(path) ? readFileSync(path, 'utf8') : ''
    const speed = rows.get(id)?.decode_tps_p50 ?? Number.NaN
    const shown = [Math.floor(speed), Math.ceil(speed)].some((whole) => new RegExp(`\\b${whole}\\b`).test(page))
    return shown && page.includes(MODEL.split('/')[1]!) ? [] : [`${name}: ${path} does not show ${speed} tokens/s`]
  })
}

interface MatrixRow {
  gpu_id: string
  decode_tps_p50: number
}

function readMatrix(published: string): Map<string, MatrixRow> {
  const rows = tableFromIPC(readFileSync(join(published, 'matrix.arrow'))).toArray() as unknown as MatrixRow[]
  return new Map(rows.map((row) => [row.gpu_id, row]))
}

function idOf(gpu_name: string): string {
  const path = join(ROOT, 'data/catalog/gpus.json')
  const { gpus } = JSON.parse(readFileSync(path, 'utf8')) as { gpus: { id: string; name: string }[] }
  return gpus.find(({ name }) => name === gpu_name)!.id
}
