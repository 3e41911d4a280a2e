import type { APIContext } from 'astro'
import { z } from 'zod'
import { DOCUMENTS } from '../../../../data/api/documents.ts'
import { jsonAnswer } from '../../../../data/api/json_answer.ts'

type Name = keyof typeof DOCUMENTS

export function getStaticPaths() {
  return Object.keys(DOCUMENTS).map((name) => ({ params: { name } }))
}

/** The JSON Schema of a document, generated from the contract. */
export function GET({ params }: APIContext): Response {
  return jsonAnswer(z.toJSONSchema(DOCUMENTS[params.name as Name]))
}
