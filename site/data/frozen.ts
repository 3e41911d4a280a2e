import type { MatrixRow } from '../../contracts/tables.ts'
import { cellsOf, manifest } from './published.ts'

/** What is said of a figure that stays as it was released, though a contributor withdrew. */
export const FROZEN = {
  short: 'frozen as released',
  long: 'Frozen as released: one of its contributors has withdrawn since, and enough others stand behind it.',
}

/** Whether a published cell is frozen. */
export function isFrozenCell(cellId: string): boolean {
  return manifest().withdrawn.frozen?.includes(cellId) ?? false
}

/** Whether a cell that a matrix row is rolled up from is frozen. */
export function isFrozen({ matrix_id }: Pick<MatrixRow, 'matrix_id'>): boolean {
  return manifest().withdrawn.frozen !== undefined && cellsOf(matrix_id).some(({ cell_id }) => isFrozenCell(cell_id))
}
