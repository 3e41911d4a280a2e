import type { APIContext } from 'astro'
import type { MatrixRow } from '../../../../../contracts/tables.ts'
import { cellDocument } from '../../../../data/api/documents.ts'
import { jsonAnswer } from '../../../../data/api/json_answer.ts'
import { published } from '../../../../data/published.ts'

export function getStaticPaths() {
  return published('matrix').map((row) => ({ params: { id: row.matrix_id }, props: { row } }))
}

export function GET({ props }: APIContext<{ row: MatrixRow }>): Response {
  return jsonAnswer(cellDocument(props.row))
}
