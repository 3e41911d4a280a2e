import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CellRow, Manifest, type MatrixRow, type RegressionRow } from '../../contracts/index.ts'
import { unpackTable } from '../lib/named_table.ts'

/** What a build published, as far as two builds are compared. */
export interface Publication {
  manifest: Manifest
  cells: CellRow[]
  matrix: MatrixRow[]
  regressions: RegressionRow[]
}

/** Reads a published folder. */
export function readPublication(outDir: string): Publication {
  const read = (name: string) => readFileSync(join(outDir, name))
  return {
    manifest: Manifest.parse(JSON.parse(read('manifest.json').toString())),
    cells: unpackTable(read('cells.arrow')),
    matrix: unpackTable(read('matrix.arrow')),
    regressions: unpackTable(read('regressions.arrow')),
  }
}
