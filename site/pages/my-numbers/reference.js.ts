import { readReference } from '../../data/reference.ts'

/** The published figures as a script: the page of own numbers may connect to nothing, and so cannot fetch them. */
export function GET(): Response {
  const body = `export default ${JSON.stringify(readReference())}\n`
  return new Response(body, { headers: { 'content-type': 'text/javascript' } })
}
