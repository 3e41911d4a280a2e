import type { APIContext } from 'astro'
import type { MatrixRow } from '../../../../../contracts/tables.ts'
import { modelDocument } from '../../../../data/api/documents.ts'
import { jsonAnswer } from '../../../../data/api/json_answer.ts'
import { figuresBy, modelPath } from '../../../../data/catalog.ts'

export function getStaticPaths() {
  return figuresBy('model_id').map(([id, rows]) => ({
    params: { slug: modelPath(id).split('/')[1]! },
    props: { id, rows },
  }))
}

export function GET({ props }: APIContext<{ id: string; rows: MatrixRow[] }>): Response {
  return jsonAnswer(modelDocument(props.id, props.rows))
}
