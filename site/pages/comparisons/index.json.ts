import { compareIndex } from '../../data/comparisons.ts'

/** What /compare/ can compare. */
export function GET(): Response {
  return new Response(JSON.stringify(compareIndex()), { headers: { 'content-type': 'application/json' } })
}
