import { readReference } from '../../data/reference.ts'

/** The published figures as a script, because the page of own numbers may not fetch. */
export function GET(): Response {
  const body = `export default ${JSON.stringify(readReference())}\n`
  return new Response(body, { headers: { 'content-type': 'text/javascript' } })
}
