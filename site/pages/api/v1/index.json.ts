import { indexDocument } from '../../../data/api/documents.ts'
import { jsonAnswer } from '../../../data/api/json_answer.ts'

export function GET(): Response {
  return jsonAnswer(indexDocument())
}
