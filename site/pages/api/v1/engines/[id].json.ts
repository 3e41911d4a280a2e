import type { APIContext } from 'astro'
import type { MatrixRow } from '../../../../../contracts/tables.ts'
import { engineDocument } from '../../../../data/api/documents.ts'
import { jsonAnswer } from '../../../../data/api/json_answer.ts'
import { figuresBy } from '../../../../data/catalog.ts'

export function getStaticPaths() {
  return figuresBy('engine')
    .filter(([id]) => id !== 'any')
    .map(([id, rows]) => ({ params: { id: id }, props: { id, rows } }))
}

export function GET({ props }: APIContext<{ id: string; rows: MatrixRow[] }>): Response {
  return jsonAnswer(engineDocument(props.id, props.rows))
}
