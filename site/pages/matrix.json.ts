import { compactMatrix } from '../data/matrix.ts'

/** All figures of the matrix page, fetched by its script on the first change of a filter. */
export function GET(): Response {
  return new Response(JSON.stringify(compactMatrix()), { headers: { 'content-type': 'application/json' } })
}
