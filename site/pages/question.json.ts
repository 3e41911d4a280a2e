import { readCatalogue } from '../data/question.ts'

/** The catalogue as the question of the home page asks about it, fetched by its script on the first change. */
export function GET(): Response {
  return new Response(JSON.stringify(readCatalogue()), { headers: { 'content-type': 'application/json' } })
}
