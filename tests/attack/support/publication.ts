import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import type { BinRow, CellRow, Manifest, MatrixRow, RegressionRow } from '../../../contracts/index.ts'

/** What an attacker holds: one release, as anyone can download it. */
export interface Publication {
  cells: CellRow[]
  matrix: MatrixRow[]
  bins: BinRow[]
  regressions: RegressionRow[]
  manifest: Manifest
  /** Every file of the folder, by its path below it. */
  files: Map<string, Uint8Array>
}

/** Reads a published folder. Community rows only: curated figures are public already. */
export function readPublication(folder: string): Publication {
  const files = readFolder(folder)
  const table = <T>(name: string) => readTable<T>(files.get(name)!)
  const cells = table<CellRow>('cells.arrow').filter(({ kind }) => kind === 'community')
  const known = new Set(cells.map(({ cell_id }) => cell_id))
  const binFiles = [...files.keys()].filter((name) => name.startsWith('bins/'))
  return {
    cells,
    matrix: table<MatrixRow>('matrix.arrow').filter(({ kind }) => kind === 'community'),
    bins: binFiles.flatMap((name) => table<BinRow>(name)).filter(({ cell_id }) => known.has(cell_id)),
    regressions: table<RegressionRow>('regressions.arrow'),
    manifest: JSON.parse(Buffer.from(files.get('manifest.json')!).toString('utf8')) as Manifest,
    files,
  }
}

/** Every file below a folder, by path. */
export function readFolder(folder: string): Map<string, Uint8Array> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort()
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path)]))
}

function readTable<T>(bytes: Uint8Array): T[] {
  return tableFromIPC(bytes)
    .toArray()
    .map((row) => row.toJSON() as T)
}
