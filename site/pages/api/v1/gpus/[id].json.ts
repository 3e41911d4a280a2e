import type { APIContext } from 'astro'
import type { MatrixRow } from '../../../../../contracts/tables.ts'
import { gpuDocument } from '../../../../data/api/documents.ts'
import { jsonAnswer } from '../../../../data/api/json_answer.ts'
import { figuresBy } from '../../../../data/catalog.ts'

export function getStaticPaths() {
  return figuresBy('gpu_id').map(([id, rows]) => ({ params: { id: id }, props: { id, rows } }))
}

export function GET({ props }: APIContext<{ id: string; rows: MatrixRow[] }>): Response {
  return jsonAnswer(gpuDocument(props.id, props.rows))
}
