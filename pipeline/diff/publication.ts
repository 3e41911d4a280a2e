import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { type CellRow, Manifest, type MatrixRow, type RegressionRow } from '../../contracts/index.ts'

/** What a build published, as far as two builds are compared. */
export interface Publication {
  manifest: Manifest
  cells: CellRow[]
  matrix: MatrixRow[]
  regressions: RegressionRow[]
}

/** Reads a published folder. */
export function readPublication(outDir: string): Publication {
  return {
    manifest: Manifest.parse(JSON.parse(readFileSync(join(outDir, 'manifest.json'), 'utf8'))),
    cells: readTable(outDir, 'cells'),
    matrix: readTable(outDir, 'matrix'),
    regressions: readTable(outDir, 'regressions'),
  }
}

function readTable<T>(outDir: string, name: string): T[] {
  const table = tableFromIPC(readFileSync(join(outDir, `${name}.arrow`)))
  return table.toArray().map((row) => row.toJSON() as T)
}
